// An association that is open for a study; while there is one the study cannot become stable.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import { Study } from "./study.ts";

export const OpenAssociation = defineEntity({
  name: "OpenAssociation",
  tableName: "open_association",
  indexes: [{ properties: ["study"] }, { properties: ["hubId"] }],
  properties: {
    associationId: p.uuid().primary(),
    study: () => p.manyToOne(Study).primary().deleteRule("cascade"),
    /** The hub process that holds the socket; its death closes the association. */
    hubId: p.uuid(),
    openedAt: p.datetime(6).defaultRaw("now()"),
  },
});

export type OpenAssociationRow = InferEntity<typeof OpenAssociation>;
