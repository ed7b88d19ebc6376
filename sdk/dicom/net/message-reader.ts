// Puts PDVs together to DIMSE messages: a command set, and the data set that may follow it (PS3.8 annex E).
import { type CommandSet, decodeCommandSet } from "./command-set.ts";
import type { PduHandler, PdvHeader } from "./pdu-reader.ts";
import { ProtocolError } from "./protocol-error.ts";

/** Who hears of messages. Any of these may throw a ProtocolError. */
export interface MessageHandler {
  /** A whole command set has come. */
  command(contextId: number, command: CommandSet): void;
  /** Bytes of the data set of the last command; the buffer is not kept. */
  dataSetBytes(buffer: Buffer, start: number, end: number): void;
  /** The data set is complete. */
  dataSetEnded(): void;
}

/** C-STORE commands have about 250 bytes; this is room for any command with long texts. */
const MAX_COMMAND_LENGTH = 16_384;

type PdvPart = Pick<PduHandler, "pdvStarted" | "pdvBytes" | "pdvEnded">;

/**
 * Messages must not be interleaved: between the first fragment of a message and its last, only its own
 * fragments may come (PS3.7 9.2 with an asynchronous operations window of one; PS3.8 E.1).
 */
export class MessageReader implements PdvPart {
  readonly #handler: MessageHandler;
  #pdv: PdvHeader = { contextId: 0, isCommand: true, isLast: true };
  /** Context of the message at hand; 0 between messages. */
  #contextId = 0;
  #awaitsDataSet = false;
  #commandParts: Buffer[] = [];
  #commandLength = 0;

  constructor(handler: MessageHandler) {
    this.#handler = handler;
  }

  /** Whether a message has begun and is not complete. */
  get inMessage(): boolean {
    return this.#contextId !== 0;
  }

  pdvStarted(pdv: PdvHeader): void {
    if (pdv.isCommand === this.#awaitsDataSet) {
      const expected = this.#awaitsDataSet ? "data set" : "command";
      throw new ProtocolError("unexpectedParameter", `a ${expected} fragment was due`);
    }
    if (this.#contextId !== 0 && pdv.contextId !== this.#contextId) {
      throw new ProtocolError("unexpectedParameter", "a message changes its presentation context");
    }
    this.#contextId = pdv.contextId;
    this.#pdv = pdv;
  }

  pdvBytes(buffer: Buffer, start: number, end: number): void {
    if (!this.#pdv.isCommand) {
      this.#handler.dataSetBytes(buffer, start, end);
      return;
    }
    this.#commandLength += end - start;
    if (this.#commandLength > MAX_COMMAND_LENGTH) {
      throw new ProtocolError("dimse", `a command set of more than ${MAX_COMMAND_LENGTH} bytes`);
    }
    this.#commandParts.push(Buffer.from(buffer.subarray(start, end)));
  }

  pdvEnded(): void {
    if (!this.#pdv.isLast) return;
    if (this.#pdv.isCommand) this.#endCommand();
    else this.#endDataSet();
  }

  #endCommand(): void {
    const contextId = this.#contextId;
    const command = decodeCommandSet(Buffer.concat(this.#commandParts));
    this.#commandParts = [];
    this.#commandLength = 0;
    this.#awaitsDataSet = command.hasDataSet;
    if (!command.hasDataSet) this.#contextId = 0;
    this.#handler.command(contextId, command);
  }

  #endDataSet(): void {
    this.#awaitsDataSet = false;
    this.#contextId = 0;
    this.#handler.dataSetEnded();
  }
}
