// Metadata (PS3.18 10.4.1.1.2): headers in the DICOM JSON model; what is long stays where it is, with its address.
import type { ArchivedInstance } from "@thalamus/sdk";
import { findPixelData, readHeader, Tag } from "@thalamus/sdk/dicom";
import { hexTag, impliedVr } from "@thalamus/sdk/dicom/dictionary";
import type { Exchange } from "../exchange.ts";
import { datasetJson, type JsonDataset, jsonText } from "../json/dicom-json.ts";
import { requireDicomJson } from "./accept.ts";
import { bulkDataUrl } from "./instance-addresses.ts";
import { type SendParts, sendStream } from "./send-stream.ts";

/** AvailableTransferSyntaxUID (0008,3002): what a whole instance can be retrieved in. */
const AVAILABLE_SYNTAX = "00083002";

/** @throws Refusal 406 */
export async function retrieveMetadata(
  exchange: Exchange,
  instances: readonly ArchivedInstance[],
  send: SendParts,
): Promise<void> {
  requireDicomJson(exchange.accept);
  // what cannot be read is told before the answer begins
  const first = await metadataOf(instances[0]!, exchange.baseUrl);
  const content = async function* () {
    yield Buffer.from(`[${jsonText(first)}`);
    for (const instance of instances.slice(1)) {
      yield Buffer.from(`,${jsonText(await metadataOf(instance, exchange.baseUrl))}`);
    }
    yield Buffer.from("]");
  };
  await sendStream(exchange, { "Content-Type": "application/dicom+json" }, content(), send);
}

async function metadataOf(instance: ArchivedInstance, baseUrl: string): Promise<JsonDataset> {
  await using file = await instance.open();
  const header = await readHeader(file);
  const { dataset, passedBy } = header;
  const bulkDataUri = (address: readonly number[]) => bulkDataUrl(baseUrl, instance, address);
  const json = datasetJson(dataset, { bulkDataUri });
  const signed = dataset.numbers(Tag.PixelRepresentation, "US")[0] === 1;
  const place = await findPixelData(file, header);
  // where in a deflated data set a value lies cannot be told, so it has no address
  const reachable = header.transferSyntax.deflated ? [] : [...passedBy, ...(place ? [place] : [])];
  for (const { tag, vr } of reachable) {
    json.set(hexTag(tag), { vr: vr || impliedVr(tag, signed), BulkDataURI: bulkDataUri([tag]) });
  }
  json.set(AVAILABLE_SYNTAX, { vr: "UI", Value: [instance.transferSyntaxUid] });
  return json;
}
