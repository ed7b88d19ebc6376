// What generation 1 says when it refuses: clients compare these words, so they stay as they are.
import { DeskRefusal, type DeskRefusalCode } from "@thalamus/sdk";
import { Refusal } from "../refusal.ts";

type Words = readonly [status: number, code: string, words: string, retryAfter?: number];

const BUCKET = "Bucket not found.";
const IN_USE = "Dataset in use, try again later.";

const OWN = {
  "unknown-key": [401, "cloud-api.unknown-key", "API key not found."],
  "unknown-connection": [
    401,
    "cloud-api.unknown-connection",
    "Connection not found. Start a new session with 'connect()' and try again.",
  ],
  "not-decrypted": [400, "cloud-api.not-decrypted", "Invalid request."],
  "bad-request": [400, "cloud-api.bad-request", "Invalid request."],
  "bad-format": [400, "cloud-api.bad-format", "Invalid format."],
  "no-such-format": [404, "cloud-api.no-such-format", "Results are not available in this format."],
  "no-result": [409, "cloud-api.not-ready", IN_USE, 30],
  "too-long": [413, "cloud-api.result-too-large", "Results are too large for this API."],
  "bad-date": [400, "cloud-api.bad-date", "Invalid date format (MM/DD/YYYY)."],
  "future-date": [400, "cloud-api.bad-date", "Provided date must not exceed current date."],
  "dates-crossed": [400, "cloud-api.bad-date", "start_date must not exceed end_date."],
  "no-mail": [400, "cloud-api.no-mail", "Reports by email are not set up on this server."],
  "mail-failed": [502, "cloud-api.mail-failed", "The email could not be sent, try again later."],
  "no-scope": [403, "cloud-api.order-not-yours", "API key incompatible."],
  "unknown-order": [404, "cloud-api.order-unknown", BUCKET],
  "no-uses-left": [403, "cloud-api.no-uses-left", "No API key usages remaining."],
} as const satisfies Readonly<Record<string, Words>>;

const DESK: Readonly<Record<DeskRefusalCode, Words>> = {
  "desk.unknown-order": OWN["unknown-order"],
  "desk.expired": [404, "cloud-api.order-expired", BUCKET],
  "desk.not-yours": [403, "cloud-api.order-not-yours", "API key incompatible."],
  "desk.unknown-product": [404, "cloud-api.product-unknown", "Product not found."],
  "desk.no-uses-left": OWN["no-uses-left"],
  "desk.product-mismatch": [409, "cloud-api.product-mismatch", "Product not found."],
  "desk.unknown-batch": [404, "cloud-api.batch-unknown", BUCKET],
  "desk.study-name-taken": [409, "cloud-api.study-name-taken", "Invalid request."],
  "desk.bad-metadata": [400, "cloud-api.bad-metadata", "Invalid request."],
  "desk.too-late": [409, "cloud-api.too-late", IN_USE],
  "desk.no-data": [409, "cloud-api.no-data", "No dataset found. Upload a dataset before running QC."],
  "desk.quality-not-ready": [409, "cloud-api.quality-not-ready", "QC in progress.", 10],
  "desk.not-ready": [409, "cloud-api.not-ready", IN_USE, 30],
  "desk.no-such-report": [404, "cloud-api.report-unknown", "Results are not available in this format."],
  "desk.unknown-upload": [404, "cloud-api.upload-unknown", "Upload not found."],
  "desk.part-missing": [409, "cloud-api.part-missing", "A part of the upload is missing."],
  "desk.part-differs": [409, "cloud-api.part-differs", "A part of the upload differs from what arrived."],
  "desk.too-large": [413, "cloud-api.too-large", "Dataset is too large."],
  "desk.bad-address": [403, "cloud-api.bad-address", "Address is not valid."],
  "desk.no-space": [507, "cloud-api.no-space", "No space left, try again later.", 600],
  "desk.busy": [503, "cloud-api.try-later", IN_USE, 10],
};

export const refusal = (word: keyof typeof OWN): Refusal => refusalOf(OWN[word]);

/** @returns undefined when it is no refusal of the desk */
export const deskRefusal = (error: unknown): Refusal | undefined =>
  error instanceof DeskRefusal ? refusalOf(DESK[error.code]) : undefined;

const refusalOf = ([status, code, words, retryAfter]: Words): Refusal =>
  new Refusal(status, code, words, { retryAfter });
