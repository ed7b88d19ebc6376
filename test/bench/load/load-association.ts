// One association of the load process: a whole message in one write, then its answer.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import {
  type AssociateAccept,
  type CommandSet,
  ContextResult,
  DEFAULT_MAX_PDU_LENGTH,
  decodeAssociateAccept,
  encodeAssociateRequest,
  encodeReleaseRequest,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  MessageReader,
  PduReader,
  PduType,
} from "@thalamus/sdk/dicom/net";
import { CONTEXT_ID } from "./framed-messages.ts";

/** A server that says nothing for so long is broken. */
const SILENCE_MS = 60_000;

/** Whom to call, and what will be sent. */
export interface LoadPeer {
  readonly port: number;
  readonly calledAe: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
}

type Answer = AssociateAccept | CommandSet | "released";

export class LoadAssociation {
  readonly #socket: Socket;
  readonly #pdus: PduReader;
  #waiting = Promise.withResolvers<Answer>();
  #failure: Error | undefined;
  #maxPduLength = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const messages = new MessageReader({
      command: (_contextId, command) => this.#waiting.resolve(command),
      dataSetBytes: () => undefined,
      dataSetEnded: () => undefined,
    });
    this.#pdus = new PduReader(
      {
        pduStarted: () => undefined,
        controlPdu: (type, body) => this.#control(type, body),
        pdvStarted: (pdv) => messages.pdvStarted(pdv),
        pdvBytes: (buffer, start, end) => messages.pdvBytes(buffer, start, end),
        pdvEnded: () => messages.pdvEnded(),
      },
      DEFAULT_MAX_PDU_LENGTH,
    );
    socket.setTimeout(SILENCE_MS, () => this.#fail(new Error(`no answer in ${SILENCE_MS / 1000} s`)));
    socket.on("data", (bytes: Buffer) => this.#received(bytes));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
  }

  static async open(peer: LoadPeer): Promise<LoadAssociation> {
    const socket = connect({ host: "127.0.0.1", port: peer.port, noDelay: true });
    await once(socket, "connect");
    const association = new LoadAssociation(socket);
    const context = {
      id: CONTEXT_ID,
      abstractSyntax: peer.sopClassUid,
      transferSyntaxes: [peer.transferSyntaxUid],
    };
    const user = {
      maxPduLength: DEFAULT_MAX_PDU_LENGTH,
      implementationClassUid: IMPLEMENTATION_CLASS_UID,
      implementationVersionName: IMPLEMENTATION_VERSION_NAME,
    };
    const request = { calledAe: peer.calledAe, callingAe: "BENCH", contexts: [context], user };
    const accept = await association.#ask(encodeAssociateRequest(request));
    if (typeof accept === "string" || !("contexts" in accept)) throw new Error("an answer out of turn");
    if (accept.contexts[0]?.result !== ContextResult.accepted) throw new Error("MR images are not accepted");
    association.#maxPduLength = accept.user.maxPduLength;
    return association;
  }

  /** What the server takes; 0 means no limit. */
  get maxPduLength(): number {
    return this.#maxPduLength;
  }

  /** @returns the status of the C-STORE response */
  async store(message: Buffer, messageId: number): Promise<number> {
    const answer = await this.#ask(message);
    if (typeof answer === "string" || "contexts" in answer) throw new Error("an answer out of turn");
    if (answer.messageIdRespondedTo !== messageId) throw new Error("an answer to another message");
    return answer.status ?? -1;
  }

  async release(): Promise<void> {
    await this.#ask(encodeReleaseRequest());
    this.#socket.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #ask(message: Buffer): Promise<Answer> {
    this.#waiting = Promise.withResolvers<Answer>();
    if (this.#failure) this.#waiting.reject(this.#failure);
    else this.#socket.write(message);
    return this.#waiting.promise;
  }

  #received(bytes: Buffer): void {
    try {
      this.#pdus.read(bytes, 0, bytes.length);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #control(type: number, body: Buffer): void {
    if (type === PduType.associateAccept) this.#waiting.resolve(decodeAssociateAccept(body));
    else if (type === PduType.releaseReply) this.#waiting.resolve("released");
    else throw new Error(`the server sent a PDU of type ${type}`);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    // nobody may be waiting just now; the next question will hear it
    this.#waiting.promise.catch(() => undefined);
    this.#waiting.reject(this.#failure);
    this.#socket.destroy();
  }
}
