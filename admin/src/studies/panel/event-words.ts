// What happened to a study, in plain words.
import { durationWords, phiTitle, STATUS_WORDS, say, shortId, type Tone } from "@thalamus/sdk/ui";
import type { TimelineEntry } from "../../api.gen.ts";
import { imagesWords, seriesWords } from "../count-words.ts";
import { LOOKS } from "./look-words.ts";

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

const EVENTS: Readonly<Record<string, Tell>> = {
  "study.appeared": (detail) => ({
    title: say("The first image arrived"),
    ...(detail["lateOf"] === undefined
      ? {}
      : {
          note: say("too late for study %{id}, which was complete", { id: shortId(text(detail, "lateOf")) }),
        }),
    tone: "info",
  }),
  "study.late-instances-apart": (detail) => ({
    title: say("More images came after it was complete; they are a study of their own"),
    note: say("study %{id}", { id: shortId(text(detail, "study")) }),
    tone: "warning",
  }),
  "study.late-instances-ignored": (detail) => ({
    title: say("More images came after it was complete; they are kept, and nothing is run"),
    note: imagesWords(Number(detail["instances"])),
    tone: "warning",
  }),
  "study.stable": (detail) => ({
    title: say("Complete: nothing came for a while"),
    note: say("%{image} in %{series}", {
      image: imagesWords(Number(detail["instances"])),
      series: seriesWords(Number(detail["series"])),
    }),
    tone: "info",
  }),
  "study.values-supplied": (detail, actor) => ({
    title: say("%{actor} gave values with an upload; they count more than the images", { actor }),
    note: Object.entries(detail["from"] ?? {})
      .map(([field, from]) => `${phiTitle(field)} (${String(from)})`)
      .join(", "),
    tone: "info",
  }),
  "study.demographics-corrected": (detail, actor) => ({
    title: say("%{actor} corrected %{value}", {
      actor,
      value: Array.isArray(detail["fields"])
        ? detail["fields"].map((field) => phiTitle(String(field)).toLowerCase()).join(say(" and "))
        : say("values"),
    }),
    tone: "info",
  }),
  "study.revised": (detail) => ({
    title:
      detail["reason"] === "values"
        ? say("It is run again with the values that were given")
        : say("More images came after it was complete"),
    note: say("revision %{revision}", { revision: text(detail, "revision") }),
    tone: "warning",
  }),
  "study.products-chosen": (detail) => ({
    title: say("The sender chose what to run"),
    note: list(detail, "products"),
    tone: "info",
  }),
  "study.products-differ": (detail) => ({
    title: say("Images of one study chose different products; the first choice counts"),
    note: say("kept: %{kept}; passed over: %{passedOver}", {
      kept: list(detail, "kept"),
      passedOver: list(detail, "passedOver"),
    }),
    tone: "warning",
  }),
  "study.product-unknown": (detail) => ({
    title: say("The sender asked for a product that is not known here"),
    note: Number(detail["known"]) > 0 ? say("the others are run") : say("the default products are run"),
    tone: "warning",
  }),
  "study.products-gone": (detail) => ({
    title: say("A product that was chosen is no longer set up here"),
    note: list(detail, "products"),
    tone: "warning",
  }),
  "instance.withdrawn": () => ({
    title: say(
      "The power failed before an image was on the disk; it was taken back, and its sender had no success",
    ),
    tone: "warning",
  }),
  "instance.revised": () => ({
    title: say("An image came again with other content; both are kept"),
    tone: "warning",
  }),
  "notice.sent": (detail) => ({
    title: say("%{target} was told", { target: text(detail, "target") }),
    note: text(detail, "what"),
    tone: "neutral",
  }),
  "notice.failed": (detail) => ({
    title: say("%{target} could not be told", { target: text(detail, "target") }),
    note: [text(detail, "what"), text(detail, "code")].join(", "),
    tone: "warning",
  }),
  "notice.suppressed": (detail) => ({
    title: say("%{target} was not told, as the settings say", { target: text(detail, "target") }),
    note: [text(detail, "what"), text(detail, "code")].join(", "),
    tone: "neutral",
  }),
  "study.forced-stable": (_, actor) => ({
    title: say("%{actor} took it for complete without waiting", { actor }),
    tone: "warning",
  }),
  "order.failed": (detail) => ({
    title: say("The order of %{product} failed", { product: text(detail, "product") }),
    note: say("order %{id}", { id: shortId(text(detail, "order")) }),
    tone: "bad",
  }),
  "order.created": (detail) => ({
    title: say("Ordered %{product}", { product: text(detail, "product") }),
    note: say("order %{id}", { id: shortId(text(detail, "order")) }),
    tone: "neutral",
  }),
  "step.claimed": (detail) => ({
    title: say("%{target} began", { target: text(detail, "target") }),
    ...(Number(detail["attempt"]) > 1 ? { note: tryOf(detail) } : {}),
    tone: "work",
  }),
  "step.acting": (detail) => ({
    title: say("%{target} sends", { target: text(detail, "target") }),
    tone: "work",
  }),
  "step.passed": (detail) => ({
    title: say("%{target} passed", { target: text(detail, "target") }),
    tone: "good",
  }),
  "step.transformed": (detail) => ({
    title: say("%{target} made the copy that may leave the house", { target: text(detail, "target") }),
    tone: "good",
  }),
  "study.deidentified": (detail) => ({
    title: say("The de-identified copy is kept"),
    note: say("%{image}, manifest %{number} of the site", {
      image: imagesWords(Number(detail["files"])),
      number: text(detail, "number"),
    }),
    tone: "good",
  }),
  "study.passed-without-deidentification": () => ({
    title: say("Passed by de-identification: its format is not de-identified, and not sent out"),
    tone: "warning",
  }),
  "deidentification.released": (detail, actor) => ({
    title: say("%{actor} let pass what de-identification held: %{lines}", {
      actor,
      lines: list(detail, "lines"),
    }),
    note: text(detail, "reason"),
    tone: "warning",
  }),
  "deidentification.revealed": (_, actor) => ({
    title: say("%{actor} looked at values in the preview of the de-identification", { actor }),
    tone: "neutral",
  }),
  "manifest.opened": (_, actor) => ({
    title: say("%{actor} took the manifest of the copy", { actor }),
    tone: "neutral",
  }),
  "result.refused": (detail) => ({
    title: say("A result was refused: it is not this patient's"),
    note: text(detail, "code"),
    tone: "bad",
  }),
  "step.processed": (detail) => ({
    title: say("%{target} has a result", { target: text(detail, "target") }),
    tone: "good",
  }),
  "step.delivered": (detail) => ({
    title: say("%{target} delivered", { target: text(detail, "target") }),
    tone: "good",
  }),
  "step.held": (detail) => ({
    title: say("%{target} holds it for a person", { target: text(detail, "target") }),
    ...(Array.isArray(detail["failed"])
      ? { note: say("failed: %{value}", { value: detail["failed"].join(", ") }) }
      : {}),
    tone: "warning",
  }),
  "step.bypassed": (detail, actor) => ({
    title: say("%{actor} let %{target} pass: %{reason}", {
      actor,
      target: text(detail, "target"),
      reason: text(detail, "reason"),
    }),
    note: say("bypassed: %{lines}", { lines: list(detail, "lines") }),
    tone: "warning",
  }),
  "step.run-again": (detail, actor) => ({
    title: say("%{actor} had %{target} run again", { actor, target: text(detail, "target") }),
    tone: "info",
  }),
  "step.retried-by-hand": (detail, actor) => ({
    title: say("%{actor} had %{target} tried again", { actor, target: text(detail, "target") }),
    tone: "info",
  }),
  "step.opened-by-hand": (detail, actor) => ({
    title: say("%{actor} had the result sent to %{target} once more", {
      actor,
      target: text(detail, "target"),
    }),
    tone: "info",
  }),
  "step.confirmed": (detail, actor) => ({
    title: say("%{actor} found that it arrived at %{target}", { actor, target: text(detail, "target") }),
    tone: "good",
  }),
  "step.given-up": (detail, actor) => ({
    title: say("%{actor} gave %{target} up after it was interrupted", {
      actor,
      target: text(detail, "target"),
    }),
    tone: "bad",
  }),
  "step.cancelled": (detail, actor) => ({
    title: say("%{actor} cancelled %{target}", { actor, target: text(detail, "target") }),
    tone: "neutral",
  }),
  "study.rejected": (detail, actor) => ({
    title: say("%{actor} ended it with a failure report: %{reason}", {
      actor,
      reason: text(detail, "reason"),
    }),
    note: say("held by %{checks}", { checks: list(detail, "checks") }),
    tone: "bad",
  }),
  "reconciliation.missing": (detail) => ({
    title: say("No receipt from %{target} for a result", { target: text(detail, "target") }),
    tone: "warning",
  }),
  "step.skipped": (detail) => ({
    title: say("%{target} skipped by policy", { target: text(detail, "target") }),
    note: text(detail, "reason"),
    tone: "neutral",
  }),
  "step.rejected": (detail) => ({
    title: say("%{target} failed", { target: text(detail, "target") }),
    note: text(detail, "code"),
    tone: "bad",
  }),
  "step.retried": (detail) => ({
    title: say("%{target} failed and tries again", { target: text(detail, "target") }),
    note: say("%{code}, %{tries}, next in %{span}", {
      code: text(detail, "code"),
      tries: tryOf(detail),
      span: wait(detail),
    }),
    tone: "warning",
  }),
  "step.waits": (detail) =>
    detail["stage"] === undefined
      ? {
          title: say("%{target} waits for room on the disk", { target: text(detail, "target") }),
          note: text(detail, "code"),
          tone: "warning",
        }
      : { title: `${text(detail, "target")}: ${text(detail, "stage")}`, tone: "work" },
  "step.called-off": (detail) => ({
    title: say("%{target}: the order was cancelled on the other side", { target: text(detail, "target") }),
    tone: "neutral",
  }),
  "order.withdrawn": (detail) => ({
    title: say("%{target} has told the other side that the order is off", { target: text(detail, "target") }),
    tone: "neutral",
  }),
  "order.not-withdrawn": (detail) => ({
    title: say("%{target} could not tell the other side that the order is off", {
      target: text(detail, "target"),
    }),
    note: text(detail, "code"),
    tone: "warning",
  }),
  "study.facts-told": (detail) => ({
    title: say("%{target} says beside the copy: %{facts}", {
      target: text(detail, "target"),
      facts: factWords(detail),
    }),
    tone: "neutral",
  }),
  "step.released": (detail) => ({
    title: say("%{target} put it back, the hub stopped", { target: text(detail, "target") }),
    tone: "neutral",
  }),
  "step.interrupted": (detail) => ({
    title: say("%{target} was interrupted while sending", { target: text(detail, "target") }),
    tone: "warning",
  }),
  "step.recovered": (detail) => ({
    title: say("%{target} starts again after a crash", { target: text(detail, "target") }),
    tone: "warning",
  }),
  "step.unknown": (detail) => ({
    title: say("Nobody knows whether %{target} arrived", { target: text(detail, "target") }),
    note: say("the hub stopped while sending"),
    tone: "warning",
  }),
  "order.asked-for": (detail, actor) => ({
    title: say("%{actor} ordered %{product}", { actor, product: text(detail, "product") }),
    tone: "info",
  }),
  "group.study-joined": (detail, actor) => ({
    title:
      actor === "hub" ? say("It joined a group by itself") : say("%{actor} put it into a group", { actor }),
    note: say("group %{id}", { id: shortId(text(detail, "group")) }),
    tone: "neutral",
  }),
  "group.study-left": (detail, actor) => ({
    title: say("%{actor} took it out of a group", { actor }),
    note: say("group %{id}", { id: shortId(text(detail, "group")) }),
    tone: "neutral",
  }),
  ...LOOKS,
};

const factWords = (detail: Detail): string =>
  [detail["facts"] ?? []]
    .flat()
    .map((field) => phiTitle(String(field)).toLowerCase())
    .join(say(" and "));

/** `try 1/3`; lines from before do not say of how many. */
const tryOf = (detail: Detail): string =>
  detail["of"] === undefined
    ? say("try %{attempt}", { attempt: text(detail, "attempt") })
    : say("try %{attempt}/%{most}", { attempt: text(detail, "attempt"), most: text(detail, "of") });

const wait = (detail: Detail): string => durationWords(Number(detail["delaySeconds"] ?? 0) * 1000);

export function eventWords({ event, detail, actor }: TimelineEntry): EventWords {
  const known = EVENTS[event];
  if (known) return known(detail, actor);
  const status = Object.entries(STATUS_WORDS).find(([name]) => event === `study.${name}`)?.[1];
  if (status) return { title: say("Status: %{word}", { word: say(status.word) }), tone: status.tone };
  // a plugin's own event: its name is past tense and dotted
  return { title: event.replaceAll(/[.-]/g, " "), tone: "neutral" };
}
