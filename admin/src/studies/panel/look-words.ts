// Who looked at what of a study, in plain words.
import { phiTitle, phrase, say } from "@thalamus/sdk/ui";
import type { TimelineEntry } from "../../api.gen.ts";
import { imagesWords } from "../count-words.ts";
import type { EventWords } from "./event-words.ts";

type Detail = TimelineEntry["detail"];

const text = (detail: Detail, key: string): string => String(detail[key] ?? "");
const FRAMES = phrase("%{count} frame |||| %{count} frames");

const RETRIEVED: Readonly<Record<string, string>> = {
  instances: phrase("whole images"),
  metadata: phrase("headers"),
  frames: phrase("pixels"),
  "bulk-data": phrase("single values"),
  rendered: phrase("rendered pictures"),
};

/** More of the same within a minute is one line. */
const further = (detail: Detail): string[] =>
  "furtherRequests" in detail
    ? [say("%{count} more request |||| %{count} more requests", { count: Number(detail["furtherRequests"]) })]
    : [];

export const LOOKS: Readonly<Record<string, (detail: Detail, actor: string) => EventWords>> = {
  "phi.revealed": (detail, actor) => ({
    title:
      "elements" in detail
        ? say("%{actor} looked at elements of an image", { actor })
        : say("%{actor} looked at patient data", { actor }),
    ...(Array.isArray(detail["fields"])
      ? { note: detail["fields"].map((field) => phiTitle(String(field))).join(", ") }
      : {}),
    tone: "neutral",
  }),
  "result.opened": (detail, actor) => ({
    title: say("%{actor} opened a file of the result", { actor }),
    note: text(detail, "name"),
    tone: "neutral",
  }),
  "archive.retrieved": (detail, actor) => ({
    title: say("%{actor} retrieved %{value}", {
      actor,
      value: say(RETRIEVED[text(detail, "kind")] ?? "images"),
    }),
    note: [imagesWords(Number(detail["instances"])), ...further(detail)].join(", "),
    tone: "neutral",
  }),
  "images.viewed": (detail, actor) => ({
    title:
      detail["kind"] === "thumbnails"
        ? say("%{actor} looked at small pictures of the images", { actor })
        : say("%{actor} looked at the images", { actor }),
    note: [say(FRAMES, { count: Number(detail["frames"]) }), ...further(detail)].join(", "),
    tone: "neutral",
  }),
  "archive.searched": (detail, actor) => ({
    title: say("%{actor} searched this study", { actor }),
    note: [say("for %{level}", { level: text(detail, "level") }), ...further(detail)].join(", "),
    tone: "neutral",
  }),
};
