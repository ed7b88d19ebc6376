// What a client wants of a rendered picture (PS3.18 8.3.5): its type, its size, its window, its quality.
import type { PictureWish } from "@thalamus/sdk";
import { covers, parseAccept } from "../media-types.ts";
import { Refusal } from "../refusal.ts";

type Wish = Pick<PictureWish, "format" | "size" | "window" | "quality">;

/** The first one is given to who accepts anything. */
const FORMATS = { "image/jpeg": "jpeg", "image/png": "png" } as const;
const LARGEST_SIDE = 4096;
const THUMBNAIL = 128;
const NUMBER = /^[+-]?\d{1,9}(\.\d{1,9})?$/;

/** @throws Refusal 400 and 406 */
export function pictureWish(query: URLSearchParams, accept: string, isThumbnail: boolean): Wish {
  const viewport = viewportIn(query);
  const quality = qualityIn(query);
  const window = windowIn(query);
  refuseOthers(query, isThumbnail);
  return {
    format: FORMATS[mediaTypeOf(accept)],
    size: viewport ?? (isThumbnail ? { width: THUMBNAIL, height: THUMBNAIL } : "stored"),
    window: window ?? "stored",
    ...(quality === undefined ? {} : { quality }),
  };
}

function mediaTypeOf(accept: string): keyof typeof FORMATS {
  const types = Object.keys(FORMATS) as (keyof typeof FORMATS)[];
  if (accept.trim() === "") return types[0]!;
  for (const wanted of parseAccept(accept) ?? []) {
    const found = types.find((type) => covers(wanted, type));
    if (found) return found;
  }
  const message = `Accept does not allow what there is: ${types.join(", or ")}, by itself.`;
  throw new Refusal(406, "dicomweb.not-acceptable", message);
}

/** PS3.18 8.3.5.1.3: what the whole picture has to fit into. */
function viewportIn(query: URLSearchParams): { width: number; height: number } | undefined {
  const text = query.get("viewport");
  if (text === null) return undefined;
  const [width = "", height = "", ...part] = text.split(",");
  const isSide = (side: string) => /^[1-9]\d{0,3}$/.test(side) && Number(side) <= LARGEST_SIDE;
  if (part.length > 0) throw bad("viewport: parts of a picture are not offered; give width,height alone.");
  if (!isSide(width) || !isSide(height))
    throw bad(`viewport is width,height, each from 1 to ${LARGEST_SIDE}.`);
  return { width: Number(width), height: Number(height) };
}

/** PS3.18 8.3.5.1.4. */
function windowIn(query: URLSearchParams): Wish["window"] | undefined {
  const text = query.get("window");
  if (text === null) return undefined;
  const [center = "", width = "", shape = "", ...more] = text.split(",");
  const known = SHAPES[shape.toLowerCase()];
  if (!NUMBER.test(center) || !NUMBER.test(width) || known === undefined || more.length > 0) {
    throw bad("window is center,width,function: two numbers, and linear, linear-exact or sigmoid.");
  }
  if (Number(width) < (known === "LINEAR" ? 1 : Number.MIN_VALUE)) {
    throw bad("window: the width has to be more than 0, for linear 1 or more.");
  }
  return { center: Number(center), width: Number(width), shape: known };
}

const SHAPES: Readonly<Record<string, "LINEAR" | "LINEAR_EXACT" | "SIGMOID">> = {
  linear: "LINEAR",
  "linear-exact": "LINEAR_EXACT",
  sigmoid: "SIGMOID",
};

/** PS3.18 8.3.5.1.2; it says nothing of a PNG, which loses nothing. */
function qualityIn(query: URLSearchParams): number | undefined {
  const text = query.get("quality");
  if (text === null) return undefined;
  if (/^([1-9]\d?|100)$/.test(text)) return Number(text);
  throw bad("quality is a whole number from 1 to 100.");
}

function refuseOthers(query: URLSearchParams, isThumbnail: boolean): void {
  if (query.has("annotation")) throw bad("annotation: nothing is written into pictures here.");
  const profile = query.get("iccprofile");
  if (profile !== null && profile !== "no") throw bad("iccprofile: pictures have none; only no is offered.");
  const more = isThumbnail ? ["window", "quality"].filter((name) => query.has(name)) : [];
  if (more.length > 0) throw bad(`${more.join(" and ")}: a thumbnail takes viewport alone.`);
}

const bad = (message: string): Refusal => new Refusal(400, "dicomweb.bad-rendering", message);
