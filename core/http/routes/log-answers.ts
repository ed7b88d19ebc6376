// How the log answers over HTTP: lines, and refusals with their status.
import type { LogLine } from "../../logs/log-line.ts";
import { LogRefusal } from "../../logs/log-refusal.ts";
import { ApiError } from "../api-error.ts";

export const lineView = ({ fields, ...line }: LogLine) => ({ ...line, fields: { ...fields } });

const STATUS = { wrong: 400, gone: 404, busy: 429 } as const;

export function asLogAnswer(error: unknown): never {
  if (!(error instanceof LogRefusal)) throw error;
  throw new ApiError(STATUS[error.kind], error.code, error.message);
}
