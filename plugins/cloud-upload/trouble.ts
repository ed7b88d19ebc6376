// What can go wrong with a cloud: it is away, and everything waits; or it refuses, and somebody has to look.
import { type HttpAnswer, HttpError, Permanent, printable, Transient } from "@thalamus/sdk";

/** What an order waits for meanwhile; a short name for the screens. */
export const AWAY_STAGES = {
  "cloud-upload.unreachable": "the cloud cannot be reached",
  "cloud-upload.busy": "the cloud is busy",
  "cloud-upload.sign-in": "the cloud does not let this hub sign in",
  "cloud-upload.bad-answer": "the cloud answers what is no answer",
} as const;
export type AwayCode = keyof typeof AWAY_STAGES;

/** Nothing is decided: what was asked can be asked again, for as long as the site is ready to wait. */
export class CloudAway extends Error {
  override readonly name = "CloudAway";
  readonly code: AwayCode;
  readonly afterMs: number | undefined;

  constructor(code: AwayCode, message: string, afterMs?: number) {
    super(message);
    this.code = code;
    this.afterMs = afterMs;
  }
}

/** The cloud understood and said no. */
export class CloudRefusal extends Error {
  override readonly name = "CloudRefusal";
  readonly status: number;
  /** The cloud's own code: `order-expired`; empty when it names none. */
  readonly problem: string;

  constructor(status: number, problem: string, message: string) {
    super(message);
    this.status = status;
    this.problem = problem;
  }
}

const LONGEST_MESSAGE = 300;
/** Worth another try: time-out, too early, too many (RFC 9110, 8470, 6585); all from 500 on too. */
const AGAIN = new Set([408, 425, 429]);

/** @throws CloudAway instead of an HttpError; others as they are */
export function unreachable(error: unknown): never {
  if (error instanceof HttpError) throw new CloudAway("cloud-upload.unreachable", error.message);
  throw error;
}

/** Made of an answer that is no success. */
export function troubleOf({ status, body, retryAfterMs }: HttpAnswer): CloudAway | CloudRefusal {
  const { error, message, retry_after: seconds } = problemIn(body);
  const said = message === "" ? `The cloud answered ${status}.` : `The cloud answered ${status}: ${message}`;
  const afterMs = retryAfterMs ?? (seconds === undefined ? undefined : seconds * 1000);
  if (status === 401) return new CloudAway("cloud-upload.sign-in", said, afterMs);
  if (AGAIN.has(status) || status >= 500) return new CloudAway("cloud-upload.busy", said, afterMs);
  if (status < 400)
    return new CloudAway("cloud-upload.bad-answer", `${said} That is no answer to this request.`);
  return new CloudRefusal(status, error, said);
}

interface Problem {
  readonly error: string;
  readonly message: string;
  readonly retry_after?: number;
}

/** Codes and sentences of the cloud; of anything else nothing is taken over. */
function problemIn(body: Buffer): Problem {
  const value = parsed(body);
  const error = typeof value?.["error"] === "string" ? value["error"] : "";
  const message = typeof value?.["message"] === "string" ? printable(value["message"], LONGEST_MESSAGE) : "";
  const seconds = Number(value?.["retry_after"]);
  const after = Number.isFinite(seconds) && seconds >= 0 ? { retry_after: Math.min(seconds, 86_400) } : {};
  return { error: /^[a-z][a-z0-9_-]{0,63}$/.test(error) ? error : "", message, ...after };
}

/** @returns undefined when it is no JSON object */
export function parsed(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** For what is no step: the hub tries it again, or does not. @throws Transient, Permanent, or the error itself */
export function inHubWords(error: unknown): never {
  if (error instanceof CloudAway) throw new Transient(error.code, error.message, error.afterMs);
  if (error instanceof CloudRefusal) throw new Permanent("cloud-upload.refused", error.message);
  throw error;
}
