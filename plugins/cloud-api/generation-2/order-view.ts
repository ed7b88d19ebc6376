// An order of the desk in the shape of generation 2.
import type { DeskOrder, OrderReference } from "@thalamus/sdk";
import { type CloudOrder, REPORT_ARTIFACTS } from "@thalamus/sdk/cloud";
import { invalid } from "./checks.ts";
import type { Reply } from "./route.ts";

export function orderView(order: DeskOrder): CloudOrder {
  return {
    order_id: order.id,
    status: order.status,
    progress: Math.round(Math.min(1, Math.max(0, order.progress)) * 100),
    info: order.info,
    products: [...order.products],
    study_uid: order.studyUid ?? null,
    study_name: order.studyName ?? null,
    batch_id: order.batch?.id ?? null,
    batch_name: order.batch?.name ?? null,
    created_at: order.createdAt.toISOString(),
    updated_at: order.updatedAt.toISOString(),
    expires_at: order.expiresAt?.toISOString() ?? null,
    failure: order.failure ? { code: order.failure.code, message: order.failure.message } : null,
    results: order.results.map(({ product, kind, files }) => ({
      product,
      kind,
      report_types: ["index", ...files.flatMap(({ name }) => reportTypeOf(name) ?? [])],
    })),
    poll_after: order.pollAfterSeconds ?? null,
  };
}

const TYPES = new Map(Object.entries(REPORT_ARTIFACTS).map(([type, artifact]) => [artifact, type]));

/** @param artifact its name in the result */
export const reportTypeOf = (artifact: string): string | undefined => TYPES.get(artifact);

/** The order, and when to ask again. */
export function orderReply(order: DeskOrder, status = 200): Reply {
  const seconds = order.pollAfterSeconds;
  const headers = seconds === undefined ? {} : { "Retry-After": String(seconds) };
  return { status, body: orderView(order), headers };
}

interface Reference {
  readonly order_id?: string;
  readonly study_uid?: string;
}

/** @throws Refusal 400 unless just one of the two is there */
export function referenceOf({ order_id, study_uid }: Reference): OrderReference {
  if (order_id !== undefined && study_uid === undefined) return { orderId: order_id.toLowerCase() };
  if (study_uid !== undefined && order_id === undefined) return { studyUid: study_uid };
  throw invalid("The query must name the order by order_id or by study_uid, one of the two.");
}
