// Why an update is refused or has failed, with a code and words for people.

export class UpdateRefusal extends Error {
  override readonly name = "UpdateRefusal";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
