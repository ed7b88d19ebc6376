// A study that was deleted: its rows are gone, its files may still have to be removed.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

export const Purge = defineEntity({
  name: "Purge",
  tableName: "purge",
  properties: {
    /** Names its folder in the trash. */
    id: p.uuid().primary(),
    studyId: p.uuid(),
    at: p.datetime(6).defaultRaw("now()"),
  },
});

export type PurgeRow = InferEntity<typeof Purge>;
