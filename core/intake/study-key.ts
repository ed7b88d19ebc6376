// Whose study an arrival belongs to: two owners may send the same StudyInstanceUID, and never meet.
import type { StudyRow } from "../database/entities/study.ts";
import type { Arrival } from "./group-commit.ts";

/** Everybody's who may see the archive: what came from a PACS or the console. */
export const NOBODYS = "";

/** Id of the cloud order that brings it, or empty. */
export const ownerOf = ({ association }: Pick<Arrival, "association">): string =>
  association.owner ?? NOBODYS;

/** The same for all parts of a study (docs/decisions/0007); a UID holds no space. */
export const studyKeyOf = ({ header, association }: Arrival): string =>
  keyOf(header.studyInstanceUid, ownerOf({ association }));

export const keyOfRow = ({ studyInstanceUid, owner }: StudyRow): string => keyOf(studyInstanceUid, owner);

const keyOf = (uid: string, owner: string): string => `${uid} ${owner}`;
