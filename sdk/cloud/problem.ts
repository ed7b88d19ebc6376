// How the cloud API of generation 2 says that something is wrong.
import { type Static, Type } from "typebox";

/**
 * Body of every answer that is not 2xx. `error` is a code of docs/error-codes.md without the plugin's name, for
 * programs: `order-expired`; `message` is one sentence for people and says what to do. No values of the request.
 */
export const CloudProblem = Type.Object({
  error: Type.String({ pattern: "^[a-z][a-z0-9_-]*$" }),
  message: Type.String(),
  /** Seconds until it makes sense to ask again; as the header Retry-After. */
  retry_after: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type CloudProblem = Static<typeof CloudProblem>;

/** What orders, uploads and results are refused with: `error`, and the HTTP status it comes with. */
export const CLOUD_PROBLEMS = {
  "order-unknown": 404,
  /** Its data and results are gone. */
  "order-expired": 410,
  "product-unknown": 404,
  "no-uses-left": 403,
  "product-mismatch": 409,
  "batch-unknown": 404,
  "study-name-taken": 409,
  "bad-metadata": 400,
  /** The order has ended, or its data is there already. */
  "too-late": 409,
  "no-data": 409,
  "quality-not-ready": 409,
  /** Ask again after `retry_after`. */
  "not-ready": 409,
  "report-unknown": 404,
  "upload-unknown": 404,
  "part-missing": 409,
  "part-differs": 409,
  "too-large": 413,
  /** The address of a part has ended, or was never given out. */
  "bad-address": 403,
  "no-space": 507,
  "try-later": 503,
} as const;
export type CloudProblemCode = keyof typeof CLOUD_PROBLEMS;
