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
