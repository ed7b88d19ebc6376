// Why something about accounts, roles, sessions or keys was not done; routes turn it into an answer.

export class AccessRefusal extends Error {
  override readonly name = "AccessRefusal";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
