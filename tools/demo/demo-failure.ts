// The demo did not come to its end: which part failed, and why.

export class DemoFailure extends Error {
  override readonly name = "DemoFailure";
  readonly part: string;

  constructor(part: string, message: string) {
    super(message);
    this.part = part;
  }
}
