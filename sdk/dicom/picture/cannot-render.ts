// Why a frame cannot be shown; the words hold nothing of the file.

export type CannotRenderReason =
  | "no-pixels"
  | "no-such-frame"
  | "unknown-compression"
  | "unsupported"
  | "damaged"
  | "too-large";

/** A frame cannot be shown; the message is a sentence for people. */
export class CannotRender extends Error {
  override readonly name = "CannotRender";
  readonly reason: CannotRenderReason;

  constructor(reason: CannotRenderReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
