// Results of generation 1: a file of the result, or a text made of its indexes.
import {
  type DeskOrder,
  DeskRefusal,
  type DeskResult,
  type DeskSubject,
  type OpenedFile,
} from "@thalamus/sdk";
import { type OpenCall, post, type Reply } from "./call.ts";
import { refusal } from "./error-words.ts";
import { FormatFields, requireUuid } from "./request-fields.ts";
import { type ResultHead, resultCsv, resultJson, resultText, resultXml } from "./result-texts.ts";
import { isSample, SAMPLE_PNG, SAMPLE_RESULT } from "./sample-order.ts";

/** Of a file that is answered in one piece, encrypted and in base64. */
const LARGEST_FILE = 50_000_000;

interface Format {
  /** Artifact that has it already. */
  readonly artifact?: string;
  /** Made of the indexes, when the product has no such file. */
  readonly make?: (head: ResultHead, result: DeskResult) => string;
}

const FORMATS: Readonly<Record<string, Format>> = {
  txt: { artifact: "summary", make: resultText },
  xml: { artifact: "xml", make: resultXml },
  // a product's own JSON has other keys than those that clients of this API read
  json: { make: resultJson },
  png: { artifact: "preview" },
  features: { artifact: "features", make: resultCsv },
};

export const getResults = post("results:read", FormatFields, async (call): Promise<Reply> => {
  const { desk, caller, fields } = call;
  const name = fields.format.toLowerCase();
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (!format) throw refusal("bad-format");
  if (isSample(fields.orderId)) return sample(format);
  const order = await desk.find(caller, { orderId: requireUuid(fields.orderId) });
  const result = resultOf(order);
  const file = result.files.find((one) => one.name === format.artifact);
  if (file) return content(call, order, result, file.name);
  if (!format.make) throw refusal("no-such-format");
  return format.make(await headOf(call, order), result);
});

/** The measurement, or else the report of the failure. @throws Refusal when there is neither yet */
function resultOf({ status, results }: DeskOrder): DeskResult {
  if (status === "EXPIRED") throw refusal("unknown-order");
  const newestFirst = results.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const result = newestFirst.find(({ kind }) => kind === "diagnostic") ?? newestFirst[0];
  if (!result) throw refusal("no-result");
  return result;
}

async function content(
  { desk, caller, exchange }: OpenCall<unknown>,
  order: DeskOrder,
  { kind, product }: DeskResult,
  name: string,
): Promise<Buffer> {
  const file = await desk.open(caller, { orderId: order.id }, { name, kind, product });
  exchange.fields["bytes"] = file.bytes;
  return wholeOf(file);
}

async function wholeOf({ bytes, content }: OpenedFile): Promise<Buffer> {
  if (bytes > LARGEST_FILE) {
    content.destroy();
    throw refusal("too-long");
  }
  const pieces: Buffer[] = [];
  for await (const piece of content as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function headOf({ desk, caller }: OpenCall<unknown>, order: DeskOrder): Promise<ResultHead> {
  const product = order.products[0] ?? order.results[0]?.product ?? "";
  return { orderId: order.id, product, input: await inputOf(desk.subject(caller, { orderId: order.id })) };
}

/** Data that could not be taken in has no study that could be counted. */
async function inputOf(subject: Promise<DeskSubject>): Promise<string> {
  try {
    return `${(await subject).files} files`;
  } catch (error) {
    if (error instanceof DeskRefusal && error.code === "desk.not-ready") return "Uploaded dataset";
    throw error;
  }
}

const SAMPLE_HEAD: ResultHead = { orderId: "TEST", input: "No dataset", product: "sample" };

function sample({ make }: Format): Reply {
  return make ? make(SAMPLE_HEAD, SAMPLE_RESULT) : SAMPLE_PNG;
}
