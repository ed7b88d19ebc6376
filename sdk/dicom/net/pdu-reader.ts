// Finds PDUs and PDVs in a stream of bytes and passes P-DATA on as ranges, without gathering or copying it.
import { MAX_CONTROL_PDU_LENGTH, PDU_HEADER_LENGTH, PduType } from "./pdu-type.ts";
import { ProtocolError } from "./protocol-error.ts";

/** The header of a presentation data value (PS3.8 9.3.5.1 and E.2). */
export interface PdvHeader {
  readonly contextId: number;
  /** A fragment of a command set; otherwise of a data set. */
  readonly isCommand: boolean;
  /** The last fragment of its command set or data set. */
  readonly isLast: boolean;
}

/** Who hears what the reader finds. Any of these may throw a ProtocolError. */
export interface PduHandler {
  /** A header has come: the chance to refuse a PDU out of turn before a byte of it is kept. */
  pduStarted(type: number): void;
  /** A whole PDU of another type than P-DATA-TF, without its header. */
  controlPdu(type: number, body: Buffer): void;
  /** A PDV begins. */
  pdvStarted(pdv: PdvHeader): void;
  /** Bytes of the PDV; the buffer belongs to the caller and is not kept. */
  pdvBytes(buffer: Buffer, start: number, end: number): void;
  /** All bytes of the PDV have come. */
  pdvEnded(): void;
}

const PDV_HEADER_LENGTH = 6;
const COMMAND_BIT = 1;
const LAST_BIT = 2;

type State = "pdu-header" | "control-body" | "pdv-header" | "pdv-body";

/**
 * The framing of PS3.8 9.3 as a state machine. It keeps at most one header and one control PDU; lengths are
 * checked against their limits before anything is allocated.
 */
export class PduReader {
  readonly #handler: PduHandler;
  readonly #maxDataLength: number;
  readonly #header = Buffer.alloc(PDU_HEADER_LENGTH);
  #headerFilled = 0;
  #state: State = "pdu-header";
  #controlType = 0;
  #control = Buffer.alloc(0);
  #controlFilled = 0;
  #leftInPdu = 0;
  #leftInPdv = 0;
  #stopped = false;

  /** @param maxDataLength longest P-DATA-TF to take, in bytes without its header: the announced maximum */
  constructor(handler: PduHandler, maxDataLength: number) {
    this.#handler = handler;
    this.#maxDataLength = maxDataLength;
  }

  /** Makes a running `read` return after the PDU or PDV it is telling about; for handlers that need time. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Reads the bytes from `start` to `end`.
   * @returns the position after the last byte taken; less than `end` only after `stop`
   * @throws ProtocolError; the association must be aborted and the reader dropped
   */
  read(buffer: Buffer, start: number, end: number): number {
    this.#stopped = false;
    let position = start;
    while (position < end && !this.#stopped) {
      if (this.#state === "pdv-body") position = this.#readPdvBody(buffer, position, end);
      else if (this.#state === "control-body") position = this.#readControlBody(buffer, position, end);
      else position = this.#readHeader(buffer, position, end);
    }
    return position;
  }

  #readHeader(buffer: Buffer, start: number, end: number): number {
    const take = Math.min(this.#header.length - this.#headerFilled, end - start);
    buffer.copy(this.#header, this.#headerFilled, start, start + take);
    this.#headerFilled += take;
    if (this.#headerFilled === this.#header.length) {
      this.#headerFilled = 0;
      if (this.#state === "pdu-header") this.#startPdu();
      else this.#startPdv();
    }
    return start + take;
  }

  #startPdu(): void {
    const type = this.#header.readUInt8(0);
    const length = this.#header.readUInt32BE(2);
    if (type < PduType.associateRequest || type > PduType.abort) {
      throw new ProtocolError("unrecognizedPdu", `there is no PDU of type ${type}`);
    }
    this.#handler.pduStarted(type);
    if (type === PduType.data) this.#startDataPdu(length);
    else this.#startControlPdu(type, length);
  }

  #startDataPdu(length: number): void {
    if (length < PDV_HEADER_LENGTH || length > this.#maxDataLength) {
      const limits = `${PDV_HEADER_LENGTH} to ${this.#maxDataLength}`;
      throw new ProtocolError("invalidParameter", `a P-DATA-TF of ${length} bytes; allowed are ${limits}`);
    }
    this.#leftInPdu = length;
    this.#state = "pdv-header";
  }

  #startControlPdu(type: number, length: number): void {
    if (length < 4 || length > MAX_CONTROL_PDU_LENGTH) {
      throw new ProtocolError("invalidParameter", `a PDU of type ${type} cannot have ${length} bytes`);
    }
    this.#controlType = type;
    this.#control = Buffer.alloc(length);
    this.#controlFilled = 0;
    this.#state = "control-body";
  }

  #readControlBody(buffer: Buffer, start: number, end: number): number {
    const take = Math.min(this.#control.length - this.#controlFilled, end - start);
    buffer.copy(this.#control, this.#controlFilled, start, start + take);
    this.#controlFilled += take;
    if (this.#controlFilled === this.#control.length) {
      this.#state = "pdu-header";
      this.#handler.controlPdu(this.#controlType, this.#control);
    }
    return start + take;
  }

  #startPdv(): void {
    // The length counts the context id and the control byte, but not its own four bytes.
    const length = this.#header.readUInt32BE(0);
    const rest = this.#leftInPdu - 4 - length;
    if (length < 2 || rest < 0 || (rest > 0 && rest < PDV_HEADER_LENGTH)) {
      throw new ProtocolError("invalidParameter", `a PDV of ${length} bytes does not fit into its PDU`);
    }
    const control = this.#header.readUInt8(5);
    this.#leftInPdu = rest;
    this.#leftInPdv = length - 2;
    this.#state = "pdv-body";
    this.#handler.pdvStarted({
      contextId: this.#header.readUInt8(4),
      isCommand: (control & COMMAND_BIT) !== 0,
      isLast: (control & LAST_BIT) !== 0,
    });
    if (this.#leftInPdv === 0) this.#endPdv();
  }

  #readPdvBody(buffer: Buffer, start: number, end: number): number {
    const stop = start + Math.min(this.#leftInPdv, end - start);
    this.#leftInPdv -= stop - start;
    this.#handler.pdvBytes(buffer, start, stop);
    if (this.#leftInPdv === 0) this.#endPdv();
    return stop;
  }

  #endPdv(): void {
    this.#state = this.#leftInPdu > 0 ? "pdv-header" : "pdu-header";
    this.#handler.pdvEnded();
  }
}
