// What a person can do about a whole study, and why not when it cannot be done now.

import { NOT_ALLOWED, type Permission } from "../../acts/permission.ts";
import type { StudyRow } from "../../api.gen.ts";

export type StudyAct = "complete" | "cancel" | "reject" | "delete";

type Status = StudyRow["status"];

/** A step waits or runs in each of these. */
const WORKING: readonly Status[] = ["checking", "deidentifying", "queued", "processing"];
const ENDED: readonly Status[] = ["delivered", "failed", "cancelled"];

/** @returns empty when it can be done; the hub has the last word */
export const WHY_NOT: Readonly<
  Record<StudyAct, (study: StudyRow, may: (permission: Permission) => boolean) => string>
> = {
  complete: ({ status }, may) => {
    if (!may("studies.complete")) return NOT_ALLOWED;
    return status === "receiving" ? "" : "It is complete already.";
  },
  cancel: ({ status }, may) => {
    if (!may("studies.cancel")) return NOT_ALLOWED;
    if (status === "receiving") return "Images still come in; there is no work on it yet.";
    return ENDED.includes(status) ? "No work on it is open." : "";
  },
  reject: ({ status }, may) => {
    if (!may("studies.reject")) return NOT_ALLOWED;
    return status === "held" ? "" : "Only a study that a check holds can be ended so.";
  },
  delete: ({ status }, may) => {
    if (!may("studies.delete")) return NOT_ALLOWED;
    if (status === "receiving") return "Images still come in.";
    return WORKING.includes(status) ? "Work on it goes on. Cancel it first." : "";
  },
};

export const ACT_TITLES: Readonly<Record<StudyAct, string>> = {
  complete: "Make complete now",
  cancel: "Cancel",
  reject: "End with a failure report",
  delete: "Delete",
};
