// Results and failure reports: a table of contents, and files with their checksums.
import {
  type DeskFile,
  type DeskOrder,
  DeskRefusal,
  type DeskResult,
  type OrderReference,
} from "@thalamus/sdk";
import { CloudResultIndex, REPORT_ARTIFACTS, ResultQuery } from "@thalamus/sdk/cloud";
import { Refusal } from "../../refusal.ts";
import { invalid } from "../checks.ts";
import { referenceOf, reportTypeOf } from "../order-view.ts";
import { type OpenRoute, type Reply, route } from "../route.ts";
import { sendFile } from "../send-file.ts";

type Kind = DeskResult["kind"];
type Call = OpenRoute<typeof ResultQuery, undefined>;

const answers = {
  200: { file: "*/*", json: CloudResultIndex },
  206: { file: "*/*" },
  304: "empty",
} as const;
const headers = {
  "If-None-Match": "ETag of a file that the client has: 304 when it is still the same.",
  Range: "One range of bytes of a file.",
};

const results = route({
  method: "GET",
  path: "/results",
  operationId: "results",
  summary: "One file of the results of an order, or their table of contents (report_type=index).",
  scope: "results:read",
  headers,
  query: ResultQuery,
  answers,
  answer: (call) => reportOf(call, "diagnostic"),
});

const failureReport = route({
  method: "GET",
  path: "/failure-report",
  operationId: "failureReport",
  summary: "One file of what is there in place of a result, or the table of contents (report_type=index).",
  scope: "results:read",
  headers,
  query: ResultQuery,
  answers,
  answer: (call) => reportOf(call, "failure"),
});

export const resultRoutes = [results, failureReport];

async function reportOf(call: Call, kind: Kind): Promise<Reply> {
  const { desk, caller, query } = call;
  const which = referenceOf(query);
  if ((query.report_type === undefined) === (query.name === undefined)) {
    throw invalid("The query must have report_type or name, one of the two.");
  }
  const order = await desk.find(caller, which);
  if (order.status === "EXPIRED") throw expired();
  call.exchange.fields["order"] = order.id;
  if (query.report_type === "index") return indexOf(call, order, kind);
  const name = query.report_type === undefined ? query.name! : REPORT_ARTIFACTS[query.report_type];
  const { file, product } = fileOf(order, { kind, name, product: query.product });
  // the newest order of a study may be another one by now
  const same: OrderReference = { orderId: order.id };
  await sendFile(
    call.exchange,
    {
      file,
      open: () => desk.open(caller, same, { name, kind, product }),
      fileName: fileNameOf(order.id, kind, file),
    },
    call.counts,
  );
  return "sent";
}

async function indexOf({ desk, caller }: Call, order: DeskOrder, kind: Kind): Promise<Reply> {
  if (!order.results.some((result) => result.kind === kind)) throw noReport(order);
  const { studyUid, patientId } = await desk.subject(caller, { orderId: order.id }).catch(noSubject);
  const body: CloudResultIndex = {
    order_id: order.id,
    study_uid: studyUid,
    patient_id: patientId,
    results: order.results.map((result) => ({
      product: result.product,
      product_version: result.productVersion,
      kind: result.kind,
      created_at: result.createdAt.toISOString(),
      indexes: result.indexes.map(({ name, value, unit }) => ({ name, value, unit })),
      warnings: [...result.warnings],
      error: result.error ? { code: result.error.code, message: result.error.message } : null,
      files: result.files.map(fileView),
    })),
  };
  return { status: 200, body, headers: { "Cache-Control": "private, no-cache" } };
}

/** Whose it is stands in the table; of data that could not be taken in nobody knows. */
function noSubject(error: unknown): never {
  if (!(error instanceof DeskRefusal && error.code === "desk.not-ready")) throw error;
  const message =
    "The data could not be taken in, so there is no table of contents: fetch the report by its report_type.";
  throw new Refusal(404, "cloud-api.report-unknown", message);
}

const fileView = ({
  name,
  mediaType,
  bytes,
  sha256,
}: DeskFile): CloudResultIndex["results"][0]["files"][0] => ({
  name,
  report_type: reportTypeOf(name) ?? null,
  media_type: mediaType,
  bytes,
  sha256,
});

interface Wanted {
  readonly kind: Kind;
  readonly name: string;
  readonly product: string | undefined;
}

function fileOf(order: DeskOrder, { kind, name, product }: Wanted): { file: DeskFile; product: string } {
  const fitting = order.results.filter((result) => {
    return result.kind === kind && (product === undefined || result.product === product);
  });
  if (fitting.length > 1) throw invalid("The order has several products: name one of them (product).");
  const file = fitting[0]?.files.find((one) => one.name === name);
  if (!file) throw noReport(order);
  return { file, product: fitting[0]!.product };
}

const ENDED = new Set(["DELIVERED", "FAILED", "CANCELLED"]);

function noReport({ status, pollAfterSeconds }: DeskOrder): Refusal {
  if (ENDED.has(status)) {
    const message = "The order has no such report; report_type=index lists those that it has.";
    return new Refusal(404, "cloud-api.report-unknown", message);
  }
  const message = "The order is not finished. Ask again later.";
  return new Refusal(409, "cloud-api.not-ready", message, { retryAfter: pollAfterSeconds ?? 30 });
}

const expired = (): Refusal =>
  new Refusal(410, "cloud-api.order-expired", "The order's data and results are gone. Order it again.");

const SUFFIXES: Readonly<Record<string, string>> = {
  ...{ pdf: "pdf", png: "png", txt: "txt", json: "json", xml: "xml", features: "csv" },
  ...{ sr: "dcm", "dicom-pdf": "dcm" },
};

function fileNameOf(orderId: string, kind: Kind, { name }: DeskFile): string {
  const suffix = SUFFIXES[reportTypeOf(name) ?? ""];
  const rest = suffix === undefined ? name.replaceAll(/[^A-Za-z0-9.-]/g, "_") : "";
  return `${orderId}_${kind === "diagnostic" ? "report" : "failure"}${suffix === undefined ? `_${rest}` : `.${suffix}`}`;
}
