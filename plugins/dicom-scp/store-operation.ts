// One C-STORE on its way: bytes go straight on to the intake, and its verdict becomes the reply.
import type { InstanceWriter } from "@thalamus/sdk";
import { replyForAccepted, replyForError, type StoreReply } from "./store-status.ts";

/** A request whose data set is being received. */
export interface Operation {
  /** Takes bytes of the data set; the buffer may be used again when this returns. */
  write(buffer: Buffer, start: number, end: number): void;
  /** The data set is complete; never rejects. */
  complete(): Promise<StoreReply>;
  /** The sender went away before the data set was complete. */
  abandon(): void;
}

/** Hands the data set to the intake. */
export class StoreOperation implements Operation {
  readonly #writer: InstanceWriter;

  constructor(writer: InstanceWriter) {
    this.#writer = writer;
  }

  write(buffer: Buffer, start: number, end: number): void {
    this.#writer.write(buffer.subarray(start, end));
  }

  async complete(): Promise<StoreReply> {
    try {
      return replyForAccepted(await this.#writer.finish());
    } catch (error) {
      return replyForError(error);
    }
  }

  abandon(): void {
    this.#writer.abandon();
  }
}

/** Lets a data set pass that nobody wants: the reply may only be sent after it. */
export class RefusedOperation implements Operation {
  readonly #reply: StoreReply;

  constructor(reply: StoreReply) {
    this.#reply = reply;
  }

  write(): void {}

  async complete(): Promise<StoreReply> {
    return this.#reply;
  }

  abandon(): void {}
}
