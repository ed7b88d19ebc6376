// Which transaction of PS3.18 a request asks for, by its method and path.
import type { RetrievalTarget } from "@thalamus/sdk";
import { isUsableUid } from "@thalamus/sdk/dicom/net";
import { Refusal } from "./refusal.ts";

export type SearchLevel = "studies" | "series" | "instances";

export type Route =
  /** Store transaction (10.5). */
  | { readonly service: "store"; readonly studyInstanceUid: string | undefined }
  /** Search transaction (10.6); the target narrows it. */
  | { readonly service: "search"; readonly level: SearchLevel; readonly target: Partial<RetrievalTarget> }
  /** Retrieve transaction (10.4). */
  | {
      readonly service: "retrieve";
      readonly what: "instances" | "metadata";
      readonly target: RetrievalTarget;
    }
  | {
      readonly service: "retrieve";
      readonly what: "frames";
      readonly target: RetrievalTarget;
      /** Counted from 1, in the order they were asked for. */
      readonly frames: readonly number[];
    }
  | {
      readonly service: "retrieve";
      readonly what: "rendered";
      readonly target: RetrievalTarget;
      /** From 1 on; undefined where the instance as a whole was named. */
      readonly frame: number | undefined;
      readonly isThumbnail: boolean;
    }
  | {
      readonly service: "retrieve";
      readonly what: "bulk-data";
      readonly target: RetrievalTarget;
      /** Tag, item counted from 1, tag…: `[0x54000100, 1, 0x54001010]` */
      readonly address: readonly number[];
    };

const MOST_FRAMES = 10_000;
const DEEPEST_ADDRESS = 32;

/** @throws Refusal 400, 404 or 405 */
export function routeOf(method: string, path: string): Route {
  const segments = segmentsOf(path);
  const target = targetOf(segments);
  const rest = segments.slice(depthOf(target) * 2);
  if (method === "POST") return storeRoute(target, rest);
  const route = searchRoute(target, rest) ?? retrieveRoute(target, rest);
  if (!route) throw notOffered();
  if (method !== "GET") throw wrongMethod("GET");
  return route;
}

function storeRoute(
  { studyInstanceUid, seriesInstanceUid }: Partial<RetrievalTarget>,
  rest: string[],
): Route {
  const isStudies = studyInstanceUid === undefined ? rest.join("/") === "studies" : rest.length === 0;
  if (!isStudies || seriesInstanceUid !== undefined) throw wrongMethod("GET");
  return { service: "store", studyInstanceUid };
}

/** Levels below the target may be listed; at the top all of them. */
function searchRoute(target: Partial<RetrievalTarget>, rest: readonly string[]): Route | undefined {
  const [level, ...more] = rest;
  if (more.length > 0 || !isLevel(level)) return undefined;
  const depth = depthOf(target);
  const lists: readonly SearchLevel[] = (["studies", "series", "instances"] as const).slice(depth);
  return lists.includes(level) ? { service: "search", level, target } : undefined;
}

const isLevel = (text: string | undefined): text is SearchLevel =>
  text === "studies" || text === "series" || text === "instances";

function retrieveRoute(target: Partial<RetrievalTarget>, rest: readonly string[]): Route | undefined {
  const { studyInstanceUid, sopInstanceUid } = target;
  if (studyInstanceUid === undefined) return undefined;
  const whole = { ...target, studyInstanceUid };
  const [what, list, ...more] = rest;
  if (what === undefined) return { service: "retrieve", what: "instances", target: whole };
  if (what === "metadata" && list === undefined) return { service: "retrieve", what, target: whole };
  if (sopInstanceUid === undefined) return undefined;
  const picture = pictureIn(rest);
  if (picture) return { service: "retrieve", what: "rendered", target: whole, ...picture };
  if (list === undefined || more.length > 0) return undefined;
  if (what === "frames") return { service: "retrieve", what, target: whole, frames: framesIn(list) };
  if (what === "bulkdata") {
    return { service: "retrieve", what: "bulk-data", target: whole, address: addressIn(list) };
  }
  return undefined;
}

/** `rendered`, `thumbnail`, `frames/7/rendered` or `frames/7/thumbnail` */
function pictureIn(rest: readonly string[]): { frame: number | undefined; isThumbnail: boolean } | undefined {
  const last = rest.at(-1);
  if (last !== "rendered" && last !== "thumbnail") return undefined;
  const isThumbnail = last === "thumbnail";
  if (rest.length === 1) return { frame: undefined, isThumbnail };
  if (rest.length !== 3 || rest[0] !== "frames") return undefined;
  const [frame, ...others] = framesIn(rest[1]!);
  if (others.length === 0) return { frame, isThumbnail };
  throw new Refusal(
    400,
    "dicomweb.bad-frames",
    "Pictures of frames are given one at a time: frames/7/rendered.",
  );
}

function segmentsOf(path: string): string[] {
  try {
    // one slash at the end means nothing
    return path
      .replace(/(.)\/$/, "$1")
      .split("/")
      .slice(1)
      .map(decodeURIComponent);
  } catch {
    throw new Refusal(400, "dicomweb.bad-url", "The address is not percent-encoded as it should be.");
  }
}

function targetOf(segments: readonly string[]): Partial<RetrievalTarget> {
  const [studies, study, series, seriesUid, instances, instance] = segments;
  if (studies !== "studies" || study === undefined) return {};
  const studyInstanceUid = uid(study);
  if (series !== "series" || seriesUid === undefined) return { studyInstanceUid };
  const inSeries = { studyInstanceUid, seriesInstanceUid: uid(seriesUid) };
  return instances === "instances" && instance !== undefined
    ? { ...inSeries, sopInstanceUid: uid(instance) }
    : inSeries;
}

const depthOf = (target: Partial<RetrievalTarget>): number =>
  [target.studyInstanceUid, target.seriesInstanceUid, target.sopInstanceUid].filter(Boolean).length;

function uid(text: string): string {
  if (isUsableUid(text)) return text;
  throw new Refusal(400, "dicomweb.bad-uid", "A UID in the address is none: digits and dots, at most 64.");
}

function framesIn(list: string): number[] {
  const numbers = list.split(",").map((part) => (/^[1-9]\d{0,8}$/.test(part) ? Number(part) : 0));
  if (numbers.length <= MOST_FRAMES && numbers.every((number) => number > 0)) return numbers;
  const message = `Frames are numbers from 1 on, separated by commas, at most ${MOST_FRAMES}.`;
  throw new Refusal(400, "dicomweb.bad-frames", message);
}

/** `7FE00010` or, inside of sequences, `54000100.1.54001010` */
function addressIn(text: string): number[] {
  const parts = text.split(".");
  const fits = parts.every((part, index) => (index % 2 === 0 ? TAG : ITEM_NUMBER).test(part));
  if (!fits || parts.length % 2 === 0 || parts.length > DEEPEST_ADDRESS) throw notOffered();
  return parts.map((part, index) => Number.parseInt(part, index % 2 === 0 ? 16 : 10));
}

const TAG = /^[0-9A-Fa-f]{8}$/;
const ITEM_NUMBER = /^[1-9]\d{0,5}$/;

function notOffered(): Refusal {
  const message =
    "There is nothing at this address. Studies, series, instances, metadata, frames and bulkdata are offered, " +
    "rendered images and thumbnails of an instance or a frame.";
  return new Refusal(404, "dicomweb.not-offered", message);
}

function wrongMethod(allow: string): Refusal {
  const message = "Store with POST to studies or studies/{uid}; everything else is GET.";
  return new Refusal(405, "dicomweb.wrong-method", message, { Allow: allow });
}
