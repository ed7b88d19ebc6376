// Turns a refusal of the quality control into an answer of the API.
import { QualityRefusal } from "../quality/quality-refusal.ts";
import { ApiError } from "./api-error.ts";

const STATUS: Readonly<Record<QualityRefusal["kind"], number>> = {
  "not-found": 404,
  conflict: 409,
  invalid: 400,
};

/** @throws ApiError for a refusal, anything else as it is */
export function asApiError(error: unknown): never {
  if (!(error instanceof QualityRefusal)) throw error;
  throw new ApiError(STATUS[error.kind], error.code, error.message);
}
