// Turns refusals about accounts, roles, sessions and keys into answers.
import { AccessRefusal } from "../../access/access-refusal.ts";
import { ApiError } from "../api-error.ts";

const CONFLICTS = [
  "access.name-taken",
  "access.role-in-use",
  "access.fixed-role",
  "access.lock-out",
  "access.no-trial",
  "access.old-certificate",
];
const FORBIDDEN = ["access.beyond-own", "access.wrong-password"];

/** @throws ApiError */
export function asAccessAnswer(error: unknown): never {
  if (!(error instanceof AccessRefusal)) throw error;
  const { code, message } = error;
  const status = CONFLICTS.includes(code) ? 409 : FORBIDDEN.includes(code) ? 403 : 400;
  throw new ApiError(status, code, message);
}
