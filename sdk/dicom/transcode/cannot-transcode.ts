// Why an object cannot be given in Explicit VR Little Endian.

/**
 * `unknown-compression`: no codec here reads the transfer syntax, or not with such pixels. `damaged`: the bytes are not
 * what the header promises. The message is a clause after "an object", without a value of the object.
 */
export class CannotTranscode extends Error {
  override readonly name = "CannotTranscode";
  readonly reason: "unknown-compression" | "damaged";

  constructor(reason: "unknown-compression" | "damaged", message: string) {
    super(message);
    this.reason = reason;
  }
}
