// Why logs were not read as somebody wished.

export class LogRefusal extends Error {
  override readonly name = "LogRefusal";
  readonly code: string;
  readonly kind: "wrong" | "gone" | "busy";

  /** @param message words for people, without anything of the log */
  constructor(code: string, message: string, kind: LogRefusal["kind"] = "wrong") {
    super(message);
    this.code = code;
    this.kind = kind;
  }
}
