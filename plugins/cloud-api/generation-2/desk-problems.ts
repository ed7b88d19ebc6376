// What generation 2 says when the order desk refuses.
import { DeskRefusal, type DeskRefusalCode } from "@thalamus/sdk";
import { CLOUD_PROBLEMS, type CloudProblemCode } from "@thalamus/sdk/cloud";
import { Refusal } from "../refusal.ts";

/** Seconds until it makes sense to ask again. */
const SOON = 10;
const LATER = 30;
const NO_SPACE = 600;

type Problem = readonly [code: `cloud-api.${CloudProblemCode}`, retryAfter?: number];

const PROBLEMS: Readonly<Record<DeskRefusalCode, Problem>> = {
  "desk.unknown-order": ["cloud-api.order-unknown"],
  "desk.expired": ["cloud-api.order-expired"],
  // whether somebody else has it is nobody's business
  "desk.not-yours": ["cloud-api.order-unknown"],
  "desk.unknown-product": ["cloud-api.product-unknown"],
  "desk.no-uses-left": ["cloud-api.no-uses-left"],
  "desk.product-mismatch": ["cloud-api.product-mismatch"],
  "desk.unknown-batch": ["cloud-api.batch-unknown"],
  "desk.study-name-taken": ["cloud-api.study-name-taken"],
  "desk.bad-metadata": ["cloud-api.bad-metadata"],
  "desk.too-late": ["cloud-api.too-late"],
  "desk.no-data": ["cloud-api.no-data"],
  "desk.quality-not-ready": ["cloud-api.quality-not-ready", SOON],
  "desk.not-ready": ["cloud-api.not-ready", LATER],
  "desk.no-such-report": ["cloud-api.report-unknown"],
  "desk.unknown-upload": ["cloud-api.upload-unknown"],
  "desk.part-missing": ["cloud-api.part-missing"],
  "desk.part-differs": ["cloud-api.part-differs"],
  "desk.too-large": ["cloud-api.too-large"],
  "desk.bad-address": ["cloud-api.bad-address"],
  "desk.no-space": ["cloud-api.no-space", NO_SPACE],
  "desk.busy": ["cloud-api.try-later", SOON],
};

const UNKNOWN_ORDER = "There is no such order for this key. Look at its id, or order it again.";

/** @returns undefined when it is no refusal of the desk */
export function deskProblem(error: unknown): Refusal | undefined {
  if (!(error instanceof DeskRefusal)) return undefined;
  const [code, retryAfter] = PROBLEMS[error.code];
  const problem = code.slice("cloud-api.".length) as CloudProblemCode;
  const message = problem === "order-unknown" ? UNKNOWN_ORDER : error.message;
  return new Refusal(CLOUD_PROBLEMS[problem], code, message, { retryAfter });
}
