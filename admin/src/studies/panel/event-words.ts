// What happened to a study, in plain words.
import { durationWords, phiTitle, STATUS_WORDS, shortId, type Tone } from "@thalamus/sdk/ui";
import type { TimelineEntry } from "../../api.gen.ts";

export interface EventWords {
  readonly title: string;
  /** Codes and counts that belong to it. */
  readonly note?: string;
  readonly tone: Tone;
}

type Detail = TimelineEntry["detail"];
type Tell = (detail: Detail, actor: string) => EventWords;

const text = (detail: Detail, key: string): string => String(detail[key] ?? "");
const list = (detail: Detail, key: string): string => [detail[key] ?? []].flat().join(", ");
const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

const EVENTS: Readonly<Record<string, Tell>> = {
  "study.appeared": (detail) => ({
    title: "The first image arrived",
    ...(detail["lateOf"] === undefined
      ? {}
      : { note: `too late for study ${shortId(text(detail, "lateOf"))}, which was complete` }),
    tone: "info",
  }),
  "study.late-instances-apart": (detail) => ({
    title: "More images came after it was complete; they are a study of their own",
    note: `study ${shortId(text(detail, "study"))}`,
    tone: "warning",
  }),
  "study.late-instances-ignored": (detail) => ({
    title: "More images came after it was complete; they are kept, and nothing is run",
    note: count(Number(detail["instances"]), "image", "images"),
    tone: "warning",
  }),
  "study.stable": (detail) => ({
    title: "Complete: nothing came for a while",
    note: `${count(Number(detail["instances"]), "image", "images")} in ${Number(detail["series"])} series`,
    tone: "info",
  }),
  "study.values-supplied": (detail, actor) => ({
    title: `${actor} gave values with an upload; they count more than the images`,
    note: Object.entries(detail["from"] ?? {})
      .map(([field, from]) => `${phiTitle(field)} (${String(from)})`)
      .join(", "),
    tone: "info",
  }),
  "study.demographics-corrected": (detail, actor) => ({
    title: `${actor} corrected ${Array.isArray(detail["fields"]) ? detail["fields"].map((field) => phiTitle(String(field)).toLowerCase()).join(" and ") : "values"}`,
    tone: "info",
  }),
  "study.revised": (detail) => ({
    title:
      detail["reason"] === "values"
        ? "It is run again with the values that were given"
        : "More images came after it was complete",
    note: `revision ${text(detail, "revision")}`,
    tone: "warning",
  }),
  "study.products-chosen": (detail) => ({
    title: "The sender chose what to run",
    note: list(detail, "products"),
    tone: "info",
  }),
  "study.products-differ": (detail) => ({
    title: "Images of one study chose different products; the first choice counts",
    note: `kept: ${list(detail, "kept")}; passed over: ${list(detail, "passedOver")}`,
    tone: "warning",
  }),
  "study.product-unknown": (detail) => ({
    title: "The sender asked for a product that is not known here",
    note: Number(detail["known"]) > 0 ? "the others are run" : "the default products are run",
    tone: "warning",
  }),
  "study.products-gone": (detail) => ({
    title: "A product that was chosen is no longer set up here",
    note: list(detail, "products"),
    tone: "warning",
  }),
  "instance.withdrawn": () => ({
    title:
      "The power failed before an image was on the disk; it was taken back, and its sender had no success",
    tone: "warning",
  }),
  "instance.revised": () => ({
    title: "An image came again with other content; both are kept",
    tone: "warning",
  }),
  "notice.sent": (detail) => ({
    title: `${text(detail, "target")} was told`,
    note: text(detail, "what"),
    tone: "neutral",
  }),
  "notice.failed": (detail) => ({
    title: `${text(detail, "target")} could not be told`,
    note: [text(detail, "what"), text(detail, "code")].join(", "),
    tone: "warning",
  }),
  "notice.suppressed": (detail) => ({
    title: `${text(detail, "target")} was not told, as the settings say`,
    note: [text(detail, "what"), text(detail, "code")].join(", "),
    tone: "neutral",
  }),
  "study.forced-stable": (_, actor) => ({
    title: `${actor} took it for complete without waiting`,
    tone: "warning",
  }),
  "order.failed": (detail) => ({
    title: `The order of ${text(detail, "product")} failed`,
    note: `order ${shortId(text(detail, "order"))}`,
    tone: "bad",
  }),
  "order.created": (detail) => ({
    title: `Ordered ${text(detail, "product")}`,
    note: `order ${shortId(text(detail, "order"))}`,
    tone: "neutral",
  }),
  "step.claimed": (detail) => ({
    title: `${text(detail, "target")} began`,
    ...(Number(detail["attempt"]) > 1 ? { note: tryOf(detail) } : {}),
    tone: "work",
  }),
  "step.acting": (detail) => ({ title: `${text(detail, "target")} sends`, tone: "work" }),
  "step.passed": (detail) => ({ title: `${text(detail, "target")} passed`, tone: "good" }),
  "step.transformed": (detail) => ({
    title: `${text(detail, "target")} made the copy that may leave the house`,
    tone: "good",
  }),
  "study.deidentified": (detail) => ({
    title: "The de-identified copy is kept",
    note: `${count(Number(detail["files"]), "image", "images")}, manifest ${text(detail, "number")} of the site`,
    tone: "good",
  }),
  "study.passed-without-deidentification": () => ({
    title: "Passed by de-identification: its format is not de-identified, and not sent out",
    tone: "warning",
  }),
  "deidentification.released": (detail, actor) => ({
    title: `${actor} let pass what de-identification held: ${list(detail, "lines")}`,
    note: text(detail, "reason"),
    tone: "warning",
  }),
  "deidentification.revealed": (_, actor) => ({
    title: `${actor} looked at values in the preview of the de-identification`,
    tone: "neutral",
  }),
  "manifest.opened": (_, actor) => ({ title: `${actor} took the manifest of the copy`, tone: "neutral" }),
  "result.refused": (detail) => ({
    title: "A result was refused: it is not this patient's",
    note: text(detail, "code"),
    tone: "bad",
  }),
  "step.processed": (detail) => ({ title: `${text(detail, "target")} has a result`, tone: "good" }),
  "step.delivered": (detail) => ({ title: `${text(detail, "target")} delivered`, tone: "good" }),
  "step.held": (detail) => ({
    title: `${text(detail, "target")} holds it for a person`,
    ...(Array.isArray(detail["failed"]) ? { note: `failed: ${detail["failed"].join(", ")}` } : {}),
    tone: "warning",
  }),
  "step.bypassed": (detail, actor) => ({
    title: `${actor} let ${text(detail, "target")} pass: ${text(detail, "reason")}`,
    note: `bypassed: ${list(detail, "lines")}`,
    tone: "warning",
  }),
  "step.run-again": (detail, actor) => ({
    title: `${actor} had ${text(detail, "target")} run again`,
    tone: "info",
  }),
  "step.retried-by-hand": (detail, actor) => ({
    title: `${actor} had ${text(detail, "target")} tried again`,
    tone: "info",
  }),
  "step.opened-by-hand": (detail, actor) => ({
    title: `${actor} had the result sent to ${text(detail, "target")} once more`,
    tone: "info",
  }),
  "step.confirmed": (detail, actor) => ({
    title: `${actor} found that it arrived at ${text(detail, "target")}`,
    tone: "good",
  }),
  "step.given-up": (detail, actor) => ({
    title: `${actor} gave ${text(detail, "target")} up after it was interrupted`,
    tone: "bad",
  }),
  "step.cancelled": (detail, actor) => ({
    title: `${actor} cancelled ${text(detail, "target")}`,
    tone: "neutral",
  }),
  "study.rejected": (detail, actor) => ({
    title: `${actor} ended it with a failure report: ${text(detail, "reason")}`,
    note: `held by ${list(detail, "checks")}`,
    tone: "bad",
  }),
  "reconciliation.missing": (detail) => ({
    title: `No receipt from ${text(detail, "target")} for a result`,
    tone: "warning",
  }),
  "step.skipped": (detail) => ({
    title: `${text(detail, "target")} skipped by policy`,
    note: text(detail, "reason"),
    tone: "neutral",
  }),
  "step.rejected": (detail) => ({
    title: `${text(detail, "target")} failed`,
    note: text(detail, "code"),
    tone: "bad",
  }),
  "step.retried": (detail) => ({
    title: `${text(detail, "target")} failed and tries again`,
    note: `${text(detail, "code")}, ${tryOf(detail)}, next in ${wait(detail)}`,
    tone: "warning",
  }),
  "step.waits": (detail) =>
    detail["stage"] === undefined
      ? {
          title: `${text(detail, "target")} waits for room on the disk`,
          note: text(detail, "code"),
          tone: "warning",
        }
      : { title: `${text(detail, "target")}: ${text(detail, "stage")}`, tone: "work" },
  "step.called-off": (detail) => ({
    title: `${text(detail, "target")}: the order was cancelled on the other side`,
    tone: "neutral",
  }),
  "order.withdrawn": (detail) => ({
    title: `${text(detail, "target")} has told the other side that the order is off`,
    tone: "neutral",
  }),
  "order.not-withdrawn": (detail) => ({
    title: `${text(detail, "target")} could not tell the other side that the order is off`,
    note: text(detail, "code"),
    tone: "warning",
  }),
  "study.facts-told": (detail) => ({
    title: `${text(detail, "target")} says beside the copy: ${factWords(detail)}`,
    tone: "neutral",
  }),
  "step.released": (detail) => ({
    title: `${text(detail, "target")} put it back, the hub stopped`,
    tone: "neutral",
  }),
  "step.interrupted": (detail) => ({
    title: `${text(detail, "target")} was interrupted while sending`,
    tone: "warning",
  }),
  "step.recovered": (detail) => ({
    title: `${text(detail, "target")} starts again after a crash`,
    tone: "warning",
  }),
  "step.unknown": (detail) => ({
    title: `Nobody knows whether ${text(detail, "target")} arrived`,
    note: "the hub stopped while sending",
    tone: "warning",
  }),
  "phi.revealed": (detail, actor) => ({
    title: `${actor} looked at patient data`,
    ...(Array.isArray(detail["fields"])
      ? { note: detail["fields"].map((field) => phiTitle(String(field))).join(", ") }
      : {}),
    tone: "neutral",
  }),
  "result.opened": (detail, actor) => ({
    title: `${actor} opened a file of the result`,
    note: text(detail, "name"),
    tone: "neutral",
  }),
  "order.asked-for": (detail, actor) => ({
    title: `${actor} ordered ${text(detail, "product")}`,
    tone: "info",
  }),
  "group.study-joined": (detail, actor) => ({
    title: actor === "hub" ? "It joined a group by itself" : `${actor} put it into a group`,
    note: `group ${shortId(text(detail, "group"))}`,
    tone: "neutral",
  }),
  "group.study-left": (detail, actor) => ({
    title: `${actor} took it out of a group`,
    note: `group ${shortId(text(detail, "group"))}`,
    tone: "neutral",
  }),
  "archive.retrieved": (detail, actor) => ({
    title: `${actor} retrieved ${RETRIEVED[text(detail, "kind")] ?? "images"}`,
    note: [count(Number(detail["instances"]), "image", "images"), ...further(detail)].join(", "),
    tone: "neutral",
  }),
  "archive.searched": (detail, actor) => ({
    title: `${actor} searched this study`,
    note: [`for ${text(detail, "level")}`, ...further(detail)].join(", "),
    tone: "neutral",
  }),
};

const RETRIEVED: Readonly<Record<string, string>> = {
  instances: "whole images",
  metadata: "headers",
  frames: "pixels",
  "bulk-data": "single values",
};

/** More of the same within a minute is one line. */
const further = (detail: Detail): string[] =>
  "furtherRequests" in detail
    ? [count(Number(detail["furtherRequests"]), "more request", "more requests")]
    : [];

const factWords = (detail: Detail): string =>
  [detail["facts"] ?? []]
    .flat()
    .map((field) => phiTitle(String(field)).toLowerCase())
    .join(" and ");

/** `try 1/3`; lines from before do not say of how many. */
const tryOf = (detail: Detail): string =>
  `try ${text(detail, "attempt")}${detail["of"] === undefined ? "" : `/${text(detail, "of")}`}`;

const wait = (detail: Detail): string => durationWords(Number(detail["delaySeconds"] ?? 0) * 1000);

export function eventWords({ event, detail, actor }: TimelineEntry): EventWords {
  const known = EVENTS[event];
  if (known) return known(detail, actor);
  const status = Object.entries(STATUS_WORDS).find(([name]) => event === `study.${name}`)?.[1];
  if (status) return { title: `Status: ${status.word}`, tone: status.tone };
  // a plugin's own event: its name is past tense and dotted
  return { title: event.replaceAll(/[.-]/g, " "), tone: "neutral" };
}
