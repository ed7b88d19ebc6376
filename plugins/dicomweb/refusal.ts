// A request that is not answered as it asked: status, code, and what to do about it, in words without PHI.

export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: string;
  /** Headers that belong to the status. */
  readonly headers: Readonly<Record<string, string>>;

  /** @param code without the plugin's name in front it would not be in docs/error-codes.md */
  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}
