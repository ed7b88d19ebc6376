// What can happen to one call of a cloud.
import type { Answer } from "./hostile-answers.ts";

export interface Fault {
  /** The line breaks while the body arrives. */
  readonly inside?: boolean;
  /** It breaks when the body is there, and nothing was done. */
  readonly before?: boolean;
  /** What was asked is done, and the line breaks before the answer. */
  readonly after?: boolean;
  /** Answered by somebody who did nothing. */
  readonly instead?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  /** Done, and never answered; told when that is so. */
  readonly silent?: () => void;
  /** Done and answered, but wrongly. */
  readonly changed?: (answer: Answer) => Answer;
}

export const HONEST: Fault = {};
export const CUT_INSIDE: Fault = { inside: true };
export const CUT_BEFORE: Fault = { before: true };
export const CUT_AFTER: Fault = { after: true };

export const answers = (
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body = "",
): Fault => ({
  instead: { status, headers, body },
});

export const WRONG_ETAG: Fault = {
  changed: (answer) => ({ ...answer, headers: { ...answer.headers, etag: '"0000"' } }),
};

export const NO_ETAG: Fault = { changed: (answer) => ({ ...answer, headers: {} }) };

/** One byte is another one, and nothing says so. */
export const OTHER_BYTES: Fault = {
  changed: (answer) => {
    const body = Buffer.from(answer.body);
    body[0] = (body[0] ?? 0) ^ 0xff;
    return { ...answer, body };
  },
};

/** The body is as it should be, and its digest is not. */
export const WRONG_DIGEST: Fault = {
  changed: (answer) => ({
    ...answer,
    headers: { ...answer.headers, "repr-digest": `sha-256=:${Buffer.alloc(32).toString("base64")}:` },
  }),
};

/** Shorter than it says it is. */
export const CUT_SHORT: Fault = {
  changed: (answer) => ({ ...answer, body: answer.body.subarray(0, Math.floor(answer.body.length / 2)) }),
};
