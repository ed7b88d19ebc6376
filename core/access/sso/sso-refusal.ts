// Why an answer of an identity provider was not taken. The reason goes into the log and the journal only: whoever made
// up an answer learns nothing from it.

export class SsoRefusal extends Error {
  override readonly name = "SsoRefusal";
  /** Hyphenated, without any value of the answer: `wrong-audience`. */
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}

export function require(holds: unknown, reason: string): asserts holds {
  if (!holds) throw new SsoRefusal(reason);
}
