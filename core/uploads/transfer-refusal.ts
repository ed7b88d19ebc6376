// An answer of the transfer protocol that says no: the protocol's server reads these two fields of an error.

export class TransferRefusal extends Error {
  override readonly name = "TransferRefusal";
  readonly code: string;
  readonly status_code: number;
  /** JSON as the rest of the API answers it. */
  readonly body: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.code = code;
    this.status_code = status;
    this.body = JSON.stringify({ code, message });
  }
}
