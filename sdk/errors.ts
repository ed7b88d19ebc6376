// The two errors a plugin may throw on purpose; anything else it throws is a bug.

/** A dotted code, plugin first: `deliver-sr.refused`. Registered in docs/error-codes.md. */
export type ErrorCode = string;

/** The other side is busy or away: core tries again with back-off, up to the attempts in its settings. */
export class Transient extends Error {
  override readonly name = "Transient";
  readonly code: ErrorCode;
  /** Milliseconds to wait at least before the next try, when the other side named a time. */
  readonly afterMs: number | undefined;

  constructor(code: ErrorCode, message: string, afterMs?: number) {
    super(message);
    this.code = code;
    this.afterMs = afterMs;
  }
}

/** Trying again cannot help: the step is rejected at once and a person is told why. */
export class Permanent extends Error {
  override readonly name = "Permanent";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
