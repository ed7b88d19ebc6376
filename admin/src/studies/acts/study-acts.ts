// What a person can do about a whole study, and why not when it cannot be done now.

import { phrase, say } from "@thalamus/sdk/ui";
import { NOT_ALLOWED, type Permission } from "../../acts/permission.ts";
import type { StudyRow } from "../../api.gen.ts";

export type StudyAct = "assign" | "order" | "retry" | "complete" | "cancel" | "reject" | "delete";

/** Parts of a study that its menu leads to; a report has a page of its own. */
export type StudyPart = "report" | "qc" | "timeline" | "summary";

type Status = StudyRow["status"];

/** A step waits or runs in each of these. */
const WORKING: readonly Status[] = ["checking", "deidentifying", "queued", "processing"];
const FAILED: readonly Status[] = ["failed", "undelivered", "cancelled"];
const ENDED: readonly Status[] = ["delivered", "failed", "cancelled"];

/** @returns empty when it can be done; the hub has the last word */
export const WHY_NOT: Readonly<
  Record<StudyAct, (study: StudyRow, may: (permission: Permission) => boolean) => string>
> = {
  assign: (_, may) => (may("groups.assign") ? "" : say(NOT_ALLOWED)),
  order: ({ status }, may) => {
    if (!may("uploads.create")) return say(NOT_ALLOWED);
    if (status === "receiving") return say("Images still come in.");
    return status === "held" ? say("A check holds it.") : "";
  },
  retry: ({ status }, may) => {
    if (!may("steps.retry")) return say(NOT_ALLOWED);
    return FAILED.includes(status) ? "" : say("Nothing of it has failed.");
  },
  complete: ({ status }, may) => {
    if (!may("studies.complete")) return say(NOT_ALLOWED);
    return status === "receiving" ? "" : say("It is complete already.");
  },
  cancel: ({ status, own }, may) => {
    if (!may("studies.cancel")) {
      if (!may("orders.cancel-own")) return say(NOT_ALLOWED);
      if (own === null) return say("You cancel only what you uploaded or ordered. Ask an administrator.");
    }
    if (status === "receiving") return say("Images still come in; there is no work on it yet.");
    return ENDED.includes(status) ? say("No work on it is open.") : "";
  },
  reject: ({ status }, may) => {
    if (!may("studies.reject")) return say(NOT_ALLOWED);
    return status === "held" ? "" : say("Only a study that a check holds can be ended so.");
  },
  delete: ({ status }, may) => {
    if (!may("studies.delete")) return say(NOT_ALLOWED);
    if (status === "receiving") return say("Images still come in.");
    return WORKING.includes(status) ? say("Work on it goes on. Cancel it first.") : "";
  },
};

/** @returns empty when there is something to look at */
export const NOT_THERE: Readonly<Record<StudyPart, (study: StudyRow) => string>> = {
  report: ({ resultId }) => (resultId === null ? say("There is no result yet.") : ""),
  qc: ({ status, format }) =>
    status === "receiving"
      ? format === "nifti"
        ? say("Checks start when the files are complete.")
        : say("Checks start when the images are complete.")
      : "",
  timeline: () => "",
  summary: () => "",
};

export const PART_TITLES: Readonly<Record<StudyPart, string>> = {
  report: phrase("View report"),
  qc: phrase("QC report"),
  timeline: phrase("Check status"),
  summary: phrase("Information"),
};

export const ACT_TITLES: Readonly<Record<StudyAct, string>> = {
  assign: phrase("Assign to group"),
  order: phrase("Order a product"),
  retry: phrase("Try again"),
  complete: phrase("Make complete now"),
  cancel: phrase("Cancel"),
  reject: phrase("End with a failure report"),
  delete: phrase("Delete"),
};
