// Frames (PS3.18 10.4.1.1.6): pixels as they are stored, compressed or not, frame by frame.
import type { ArchivedInstance } from "@thalamus/sdk";
import {
  type ByteRange,
  EXPLICIT_VR_LITTLE_ENDIAN,
  type FileHeader,
  findFrames,
  findPixelData,
  type PixelDataPlace,
  readHeader,
} from "@thalamus/sdk/dicom";
import { impliedVr } from "@thalamus/sdk/dicom/dictionary";
import type { Exchange } from "../exchange.ts";
import { Refusal } from "../refusal.ts";
import { choose, type Offer } from "./accept.ts";
import { instanceUrl } from "./instance-addresses.ts";
import { type Representation, type SendParts, sendAlone, sendMultipart } from "./send-stream.ts";
import { littleEndianBytes, wordsOf } from "./word-order.ts";

const OCTETS = "application/octet-stream";

/** What compressed frames are called outside of DICOM (PS3.18 table 8.7.3-5). */
const IMAGE_TYPES: Readonly<Record<string, string>> = {
  "1.2.840.10008.1.2.4.50": "image/jpeg",
  "1.2.840.10008.1.2.4.51": "image/jpeg",
  "1.2.840.10008.1.2.4.57": "image/jpeg",
  "1.2.840.10008.1.2.4.70": "image/jpeg",
  "1.2.840.10008.1.2.4.80": "image/jls",
  "1.2.840.10008.1.2.4.81": "image/jls",
  "1.2.840.10008.1.2.4.90": "image/jp2",
  "1.2.840.10008.1.2.4.91": "image/jp2",
  "1.2.840.10008.1.2.4.92": "image/jpx",
  "1.2.840.10008.1.2.4.93": "image/jpx",
  "1.2.840.10008.1.2.4.110": "image/jxl",
  "1.2.840.10008.1.2.4.111": "image/jxl",
  "1.2.840.10008.1.2.4.112": "image/jxl",
  "1.2.840.10008.1.2.4.201": "image/jphc",
  "1.2.840.10008.1.2.4.202": "image/jphc",
  "1.2.840.10008.1.2.4.203": "image/jphc",
  "1.2.840.10008.1.2.5": "image/dicom-rle",
};

/** @param wanted numbers from 1 on; undefined for all frames */
export async function retrieveFrames(
  exchange: Exchange,
  instance: ArchivedInstance,
  wanted: readonly number[] | undefined,
  send: SendParts,
): Promise<void> {
  await using file = await instance.open();
  const header = await readHeader(file);
  const place = await findPixelData(file, header);
  if (!place) throw new Refusal(404, "dicomweb.no-frames", whyNone(header));
  const frames = await findFrames(file, header, place);
  if (!frames) throw noFrames("It does not tell where its frames begin; retrieve the whole instance.");
  const chosen = wanted ? wanted.map((number) => frames[number - 1]) : frames;
  if (chosen.some((frame) => frame === undefined)) {
    throw new Refusal(404, "dicomweb.no-frames", `The instance has the frames 1 to ${frames.length}.`);
  }
  const vr = place.vr || impliedVr(place.tag, false);
  const word = wordsOf(vr, place.encoding, chosen.flat() as ByteRange[]);
  if (word === undefined) throw noFrames("Its frames share words; retrieve the whole instance.");
  const offers = offersOf(instance.transferSyntaxUid, place);
  const { offer, multipart } = choose(exchange.accept, offers, chosen.length === 1);
  const contentType = `${offer.mediaType}; transfer-syntax=${offer.transferSyntaxes[0]}`;
  const parts = (chosen as ByteRange[][]).map(
    (ranges, index): Representation => ({
      contentType,
      location: `${instanceUrl(exchange.baseUrl, instance)}/frames/${wanted?.[index] ?? index + 1}`,
      length: ranges.reduce((sum, { from, to }) => sum + to - from, 0),
      content: () => littleEndianBytes(file, ranges, word),
    }),
  );
  if (multipart) await sendMultipart(exchange, offer.mediaType, parts, send);
  else await sendAlone(exchange, parts[0]!, send);
}

function offersOf(syntax: string, { encapsulated }: PixelDataPlace): Offer[] {
  // native pixels are the same in all native syntaxes; what they are given in is little endian
  if (!encapsulated) return [{ mediaType: OCTETS, transferSyntaxes: [EXPLICIT_VR_LITTLE_ENDIAN, syntax] }];
  const image = IMAGE_TYPES[syntax];
  const types = image ? [image, OCTETS] : [OCTETS];
  return types.map((mediaType) => ({ mediaType, transferSyntaxes: [syntax] }));
}

const noFrames = (message: string): Refusal => new Refusal(406, "dicomweb.frames-unknown", message);

const whyNone = ({ transferSyntax }: FileHeader): string =>
  transferSyntax.deflated
    ? "The data set is deflated as a whole; retrieve the whole instance."
    : "The instance has no pixel data.";
