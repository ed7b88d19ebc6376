// Why a person's wish about quality checks is not done, in words without PHI.

export class QualityRefusal extends Error {
  override readonly name = "QualityRefusal";
  readonly code: string;
  readonly kind: "not-found" | "conflict" | "invalid";

  constructor(code: string, message: string, kind: QualityRefusal["kind"] = "conflict") {
    super(message);
    this.code = code;
    this.kind = kind;
  }
}
