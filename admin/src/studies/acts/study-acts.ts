// What a person can do about a whole study, and why not when it cannot be done now.

import { ADMIN_ONLY } from "../../acts/role.ts";
import type { StudyRow } from "../../api.gen.ts";

export type StudyAct = "complete" | "cancel" | "reject" | "delete";

type Status = StudyRow["status"];

/** A step waits or runs in each of these. */
const WORKING: readonly Status[] = ["checking", "deidentifying", "queued", "processing"];
const ENDED: readonly Status[] = ["delivered", "failed", "cancelled"];

/** @returns empty when it can be done; the hub has the last word */
export const WHY_NOT: Readonly<Record<StudyAct, (study: StudyRow, isAdmin: boolean) => string>> = {
  complete: ({ status }, isAdmin) => {
    if (!isAdmin) return ADMIN_ONLY;
    return status === "receiving" ? "" : "It is complete already.";
  },
  cancel: ({ status }) => {
    if (status === "receiving") return "Images still come in; there is no work on it yet.";
    return ENDED.includes(status) ? "No work on it is open." : "";
  },
  reject: ({ status }, isAdmin) => {
    if (!isAdmin) return ADMIN_ONLY;
    return status === "held" ? "" : "Only a study that a check holds can be ended so.";
  },
  delete: ({ status }, isAdmin) => {
    if (!isAdmin) return ADMIN_ONLY;
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
