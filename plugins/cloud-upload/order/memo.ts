// What a step remembers of its order in the cloud: enough to go on after a crash, at any point and on any hub.
import type { Memo, ResultSubject } from "@thalamus/sdk";
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";

const optional = Type.Optional;

const Placed = Type.Object({
  generation: Type.Union([Type.Literal(1), Type.Literal(2)]),
  /** Repeating the order under it answers with the order of the first time. */
  key: Type.String(),
  /** As the cloud calls it. */
  product: Type.String(),
  /** Of the copy that is sent; pseudonyms. */
  studyInstanceUid: Type.String(),
  patientPseudonym: Type.String(),
  /** Set as soon as the cloud has answered: until then it may or may not have the order. */
  id: optional(Type.String()),
  upload: optional(
    Type.Object({
      id: Type.String(),
      /** Fingerprint of the archive whose parts these are. */
      archive: Type.String(),
      partBytes: Type.Integer(),
      /** ETags of the parts that arrived, by number. */
      parts: Type.Record(Type.String(), Type.String()),
    }),
  ),
  /** When all of it had arrived and the order had begun. */
  sentAt: optional(Type.String()),
});
export type PlacedOrder = Static<typeof Placed>;

const CloudMemo = Type.Object({
  version: Type.Literal(1),
  round: Type.Integer(),
  /** Since when the cloud has been away. */
  awaySince: optional(Type.String()),
  /** Uploads that ended without any part arriving, one after the other. */
  failures: optional(Type.Integer()),
  order: optional(Placed),
});
export type CloudMemo = Static<typeof CloudMemo>;

/** @returns undefined for a step that has not begun, or whose memo another version of this plugin wrote */
export const readMemo = (memo: Memo | undefined): CloudMemo | undefined =>
  Check(CloudMemo, memo) ? memo : undefined;

export const subjectOf = ({ studyInstanceUid, patientPseudonym }: PlacedOrder): ResultSubject => ({
  studyInstanceUid,
  patientPseudonym,
});
