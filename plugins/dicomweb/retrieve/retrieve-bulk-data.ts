// Bulk data (PS3.18 10.4.1.1.5): one value that was too long for the metadata.
import type { ArchivedFile, ArchivedInstance } from "@thalamus/sdk";
import {
  type ByteRange,
  type DatasetView,
  type Encoding,
  EXPLICIT_LITTLE,
  EXPLICIT_VR_LITTLE_ENDIAN,
  type FileHeader,
  findPixelData,
  readHeader,
} from "@thalamus/sdk/dicom";
import { impliedVr } from "@thalamus/sdk/dicom/dictionary";
import type { Exchange } from "../exchange.ts";
import { inlineBinary } from "../json/json-value.ts";
import { Refusal } from "../refusal.ts";
import { choose } from "./accept.ts";
import { bulkDataUrl } from "./instance-addresses.ts";
import { retrieveFrames } from "./retrieve-frames.ts";
import { type Representation, type SendParts, sendAlone, sendMultipart } from "./send-stream.ts";
import { littleEndianBytes, wordsOf } from "./word-order.ts";

const OCTETS = "application/octet-stream";

/** A value of the file, or one that is in memory. */
type Value =
  | { readonly vr: string; readonly encoding: Encoding; readonly range: ByteRange }
  | { readonly vr: string; readonly encoding: Encoding; readonly bytes: Uint8Array }
  | "fragments";

/** @param address tag, item from 1 on, tag… */
export async function retrieveBulkData(
  exchange: Exchange,
  instance: ArchivedInstance,
  address: readonly number[],
  send: SendParts,
): Promise<void> {
  await using file = await instance.open();
  const value = await findValue(file, await readHeader(file), address);
  if (!value) throw new Refusal(404, "dicomweb.no-bulk-data", "The instance has no such value.");
  // compressed pixels are of no use without knowing where a frame ends
  if (value === "fragments") return retrieveFrames(exchange, instance, undefined, send);
  const offers = [{ mediaType: OCTETS, transferSyntaxes: [EXPLICIT_VR_LITTLE_ENDIAN] }];
  const { multipart } = choose(exchange.accept, offers, true);
  const part: Representation = {
    contentType: OCTETS,
    location: bulkDataUrl(exchange.baseUrl, instance, address),
    ...contentOf(file, value),
  };
  if (multipart) await sendMultipart(exchange, OCTETS, [part], send);
  else await sendAlone(exchange, part, send);
}

function contentOf(
  file: ArchivedFile,
  value: Exclude<Value, string>,
): Pick<Representation, "length" | "content"> {
  const { vr, encoding } = value;
  if ("range" in value) {
    const { range } = value;
    const word = wordsOf(vr, encoding, [range]) ?? 1;
    return { length: range.to - range.from, content: () => littleEndianBytes(file, [range], word) };
  }
  const bytes = Buffer.from(inlineBinary(value.bytes, vr, encoding.littleEndian), "base64");
  return {
    length: bytes.length,
    content: async function* () {
      yield bytes;
    },
  };
}

async function findValue(
  file: ArchivedFile,
  header: FileHeader,
  address: readonly number[],
): Promise<Value | undefined> {
  const { dataset, passedBy, transferSyntax } = header;
  const [tag = 0] = address;
  const inMemory = valueIn(dataset, address);
  if (inMemory || address.length > 1 || transferSyntax.deflated) return inMemory;
  const place = await findPixelData(file, header);
  if (place?.tag === tag && place.encapsulated) return "fragments";
  if (place?.tag === tag) {
    return { vr: place.vr || impliedVr(tag, false), encoding: place.encoding, range: place.value };
  }
  const passed = passedBy.find((one) => one.tag === tag);
  if (!passed) return undefined;
  const range = { from: passed.at, to: passed.at + passed.length };
  return { vr: passed.vr || impliedVr(tag, false), encoding: transferSyntax, range };
}

function valueIn(dataset: DatasetView, [tag = 0, item, ...inner]: readonly number[]): Value | undefined {
  if (item !== undefined) {
    const view = dataset.items(tag)[item - 1];
    return view && valueIn(view, inner);
  }
  const element = dataset.elements().find((one) => one.tag === tag);
  if (!element || element.sequence) return undefined;
  return {
    vr: element.vr || impliedVr(tag, false),
    encoding: element.encoding ?? EXPLICIT_LITTLE,
    bytes: element.value,
  };
}
