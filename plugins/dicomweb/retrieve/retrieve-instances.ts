// Whole instances (PS3.18 10.4.1.1.1): the files as they are kept, one after the other.
import type { ArchivedInstance } from "@thalamus/sdk";
import type { Exchange } from "../exchange.ts";
import { choose } from "./accept.ts";
import { instanceUrl } from "./instance-addresses.ts";
import { type Representation, type SendParts, sendAlone, sendMultipart } from "./send-stream.ts";

const DICOM = "application/dicom";

/** @param alone one instance is asked for, which may come without multipart/related */
export async function retrieveInstances(
  exchange: Exchange,
  instances: readonly ArchivedInstance[],
  alone: boolean,
  send: SendParts,
): Promise<void> {
  // nothing is transcoded here: what was stored otherwise than it is wanted cannot be had
  const choices = instances.map(({ transferSyntaxUid }) =>
    choose(exchange.accept, [{ mediaType: DICOM, transferSyntaxes: [transferSyntaxUid] }], alone),
  );
  const parts = instances.map((instance) => wholeFile(instance, exchange.baseUrl));
  // a disk that is away is told before the answer begins
  await using _first = await instances[0]!.open();
  if (choices[0]!.multipart) await sendMultipart(exchange, DICOM, parts, send);
  else await sendAlone(exchange, parts[0]!, send);
}

function wholeFile(instance: ArchivedInstance, baseUrl: string): Representation {
  return {
    contentType: `${DICOM}; transfer-syntax=${instance.transferSyntaxUid}`,
    location: instanceUrl(baseUrl, instance),
    length: instance.bytes,
    content: async function* () {
      await using file = await instance.open();
      yield* file.bytes(0, instance.bytes);
    },
  };
}
