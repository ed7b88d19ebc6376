// One received DICOM object; its file is kept bit for bit.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import { Study } from "./study.ts";

export const Instance = defineEntity({
  name: "Instance",
  tableName: "instance",
  uniques: [{ properties: ["study", "sopInstanceUid", "sha256"] }],
  properties: {
    id: p.bigint("bigint").primary().autoincrement(),
    study: () => p.manyToOne(Study).deleteRule("cascade"),
    /** Revision of the study in which the object came. */
    revision: p.integer(),
    /** The hub process that received it. */
    hubId: p.uuid().nullable(),
    seriesInstanceUid: p.string().length(64),
    sopInstanceUid: p.string().length(64),
    sopClassUid: p.string().length(64),
    transferSyntaxUid: p.string().length(64),
    modality: p.string().length(16).default(""),
    /** SHA-256 of the data set, lower-case hex. */
    sha256: p.character().length(64),
    bytes: p.bigint("number"),
    /** Relative to the tree of received files. */
    path: p.text(),
    callingAe: p.string().length(16),
    calledAe: p.string().length(16),
    remoteAddress: p.string().length(64),
    /** Who the sender's certificate says it is, on a connection with one. */
    tlsIdentity: p.text().default(""),
    receivedAt: p.datetime(6).defaultRaw("now()"),
  },
});

export type InstanceRow = InferEntity<typeof Instance>;
