// Chooses among the representations there are of something by what the client accepts (PS3.18 8.7).
import { covers, type MediaType, parseAccept, parseMediaType } from "../media-types.ts";
import { Refusal } from "../refusal.ts";

/** A representation that can be had. */
export interface Offer {
  readonly mediaType: string;
  /** Transfer syntaxes it may be asked for in; the first one is what it is in. */
  readonly transferSyntaxes: readonly string[];
}

export interface Choice {
  readonly offer: Offer;
  /** As parts of multipart/related, or by itself. */
  readonly multipart: boolean;
}

const ANY: MediaType = { type: "*/*", parameters: new Map() };

/**
 * @param accept empty for anything; without a transfer syntax, the one things are stored in is meant
 * @param alone one representation is asked for, which may come without multipart/related
 * @throws Refusal 406
 */
export function choose(accept: string, offers: readonly Offer[], alone: boolean): Choice {
  const wanted = accept.trim() === "" ? [ANY] : (parseAccept(accept) ?? []);
  for (const type of wanted) {
    const multipart = covers(type, "multipart/related");
    const inner = multipart ? innerType(type) : alone ? type : undefined;
    const offer = inner && offers.find((one) => fits(inner, type, one));
    if (offer) return { offer, multipart };
  }
  const list = offers.map(describe).join(", or ");
  throw new Refusal(406, "dicomweb.not-acceptable", `Accept does not allow what there is: ${list}.`);
}

/** `multipart/related; type="application/dicom; transfer-syntax=*"` */
function innerType({ parameters }: MediaType): MediaType | undefined {
  const type = parameters.get("type");
  return type === undefined ? ANY : parseMediaType(type);
}

function fits(inner: MediaType, outer: MediaType, { mediaType, transferSyntaxes }: Offer): boolean {
  if (!covers(inner, mediaType)) return false;
  const syntax = outer.parameters.get("transfer-syntax") ?? inner.parameters.get("transfer-syntax") ?? "*";
  return syntax === "*" || transferSyntaxes.includes(syntax);
}

const describe = ({ mediaType, transferSyntaxes }: Offer): string =>
  `${mediaType}; transfer-syntax=${transferSyntaxes[0] ?? "*"}`;

/** @throws Refusal 406 */
export function requireDicomJson(accept: string): void {
  const wanted = accept.trim() === "" ? [ANY] : (parseAccept(accept) ?? []);
  if (wanted.some((type) => covers(type, "application/dicom+json") || covers(type, "application/json")))
    return;
  throw new Refusal(406, "dicomweb.not-acceptable", "Only application/dicom+json is offered here; not XML.");
}
