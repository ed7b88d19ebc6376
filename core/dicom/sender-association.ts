// An association as its requestor (PS3.8 9.2): connect, negotiate, send, wait for answers, release or abort.
import type { Socket } from "node:net";
import { type DicomPeer, DicomSendError } from "@thalamus/sdk";
import {
  AbortReason,
  AbortSource,
  type AssociateAccept,
  type CommandSet,
  DEFAULT_MAX_PDU_LENGTH,
  decodeAssociateAccept,
  decodeAssociateReject,
  describeRejection,
  encodeAbort,
  encodeAssociateRequest,
  encodeReleaseRequest,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  isPermanent,
  MessageReader,
  PduReader,
  PduType,
  type ProposedContext,
  ProtocolError,
} from "@thalamus/sdk/dicom/net";
import { ConnectionStages } from "../net/connection-stages.ts";
import { type ConnectingSocket, connectTo, isTlsFailure, TlsFilesUnusable } from "../net/peer-connection.ts";

export interface SenderTimeouts {
  /** Milliseconds to reach the peer. */
  readonly connectMs: number;
  /** Milliseconds for each answer, and for the peer to take what was written. */
  readonly answerMs: number;
}

type Answer = AssociateAccept | CommandSet | "released";

/**
 * At most one thing is waited for at a time. The first failure, whatever it is, ends everything: it is what
 * every wait rejects with from then on.
 */
export class SenderAssociation {
  /** How far it came, for the test button. */
  readonly stages: ConnectionStages;
  readonly #socket: Socket;
  readonly #readyEvent: ConnectingSocket["readyEvent"];
  readonly #timeouts: SenderTimeouts;
  readonly #signal: AbortSignal;
  readonly #pdus: PduReader;
  readonly #messages: MessageReader;
  readonly #failed = Promise.withResolvers<never>();
  readonly #answers: Answer[] = [];
  #answered: (() => void) | undefined;
  #state: "connecting" | "negotiating" | "open" | "over" = "connecting";
  #accept: AssociateAccept | undefined;

  private constructor(peer: DicomPeer, timeouts: SenderTimeouts, signal: AbortSignal) {
    this.#timeouts = timeouts;
    this.#signal = signal;
    // Failures are heard wherever something is awaited; one that comes in between must not end the process.
    this.#failed.promise.catch(() => {});
    this.#messages = new MessageReader({
      command: (_contextId, command) => this.#answer(command),
      dataSetBytes: () => {},
      dataSetEnded: () => {},
    });
    this.#pdus = new PduReader(
      {
        pduStarted: () => {},
        controlPdu: (type, body) => this.#control(type, body),
        pdvStarted: (pdv) => this.#messages.pdvStarted(pdv),
        pdvBytes: (buffer, start, end) => this.#messages.pdvBytes(buffer, start, end),
        pdvEnded: () => this.#messages.pdvEnded(),
      },
      DEFAULT_MAX_PDU_LENGTH,
    );
    const connecting = connectedTo(peer);
    this.#socket = connecting.socket;
    this.stages = new ConnectionStages(peer, this.#socket);
    this.#readyEvent = connecting.readyEvent;
    this.#socket.on("data", (bytes: Buffer) => this.#received(bytes));
    this.#socket.on("error", (error: NodeJS.ErrnoException) => this.#lost(error.code ?? error.name, error));
    this.#socket.on("close", () => this.#lost("the peer closed the connection"));
    signal.addEventListener("abort", this.#cancelled, { once: true });
    if (signal.aborted) this.#cancelled();
  }

  /**
   * Connects and negotiates.
   * @param begun is given the stages before the first of them is reached
   * @throws DicomSendError `dicom.unreachable`, `dicom.tls`, `dicom.tls-files`, `dicom.rejected`,
   * `dicom.aborted`, `dicom.timeout`
   * @throws the signal's reason when it is aborted
   */
  static async open(
    peer: DicomPeer,
    contexts: readonly ProposedContext[],
    timeouts: SenderTimeouts,
    signal: AbortSignal,
    begun: (stages: ConnectionStages) => void = () => {},
  ): Promise<SenderAssociation> {
    const association = new SenderAssociation(peer, timeouts, signal);
    begun(association.stages);
    await association.#connected();
    const { calledAe, callingAe } = peer;
    const user = {
      maxPduLength: DEFAULT_MAX_PDU_LENGTH,
      implementationClassUid: IMPLEMENTATION_CLASS_UID,
      implementationVersionName: IMPLEMENTATION_VERSION_NAME,
    };
    association.#socket.write(encodeAssociateRequest({ calledAe, callingAe, contexts, user }));
    const accept = await association.#next();
    if (typeof accept === "string" || !("contexts" in accept)) throw association.#outOfTurn();
    association.#accept = accept;
    association.#state = "open";
    return association;
  }

  /** What the peer agreed to. */
  get accept(): AssociateAccept {
    if (!this.#accept) throw new Error("the association is not open");
    return this.#accept;
  }

  /**
   * Sends whole messages or parts of one.
   * @returns when the bytes are with the operating system and the buffer may be used again
   */
  async write(bytes: Buffer): Promise<void> {
    const written = new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve()));
    await this.#inTime(written, this.#timeouts.answerMs, "dicom.timeout", "the peer takes no more data");
  }

  /**
   * Waits for the answer to a request.
   * @throws DicomSendError; `dicom.aborted` also when another answer comes
   */
  async response(messageId: number): Promise<CommandSet & { readonly status: number }> {
    const response = await this.#next();
    if (typeof response === "string" || "contexts" in response) throw this.#outOfTurn();
    const { status } = response;
    if (response.messageIdRespondedTo !== messageId || status === undefined) throw this.#outOfTurn();
    return { ...response, status };
  }

  /** Ends in good order. All answers have come by now, so a peer that does not answer this one is let go. */
  async release(): Promise<void> {
    this.#socket.write(encodeReleaseRequest());
    try {
      await this.#next();
    } catch {
      this.#signal.throwIfAborted();
    }
    this.#over();
    this.#socket.destroySoon();
  }

  /** Breaks off; nothing happens when it is over already. */
  abort(error: unknown): void {
    if (this.#state === "over") return;
    if (this.#state === "connecting") this.#socket.destroy();
    else {
      const abort = { source: AbortSource.serviceUser, reason: AbortReason.notSpecified };
      this.#socket.end(encodeAbort(abort));
      this.#socket.destroySoon();
    }
    this.#over();
    this.#failed.reject(error);
  }

  async #connected(): Promise<void> {
    const { connectMs } = this.#timeouts;
    const connected = new Promise<void>((resolve) => this.#socket.once(this.#readyEvent, resolve));
    await this.#inTime(connected, connectMs, "dicom.unreachable", `no connection within ${connectMs} ms`);
    this.#state = "negotiating";
  }

  async #next(): Promise<Answer> {
    for (;;) {
      const answer = this.#answers.shift();
      if (answer !== undefined) return answer;
      const answered = new Promise<void>((resolve) => {
        this.#answered = resolve;
      });
      await this.#inTime(answered, this.#timeouts.answerMs, "dicom.timeout", "the peer does not answer");
    }
  }

  async #inTime(done: Promise<void>, ms: number, code: string, message: string): Promise<void> {
    const timer = setTimeout(() => this.abort(new DicomSendError(code, message)), ms);
    try {
      await Promise.race([done, this.#failed.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #received(bytes: Buffer): void {
    if (this.#state === "over") return;
    try {
      this.#pdus.read(bytes, 0, bytes.length);
    } catch (error) {
      const message = error instanceof ProtocolError ? error.message : "its answer cannot be read";
      this.abort(new DicomSendError("dicom.aborted", `the peer broke the protocol: ${message}`));
    }
  }

  #control(type: number, body: Buffer): void {
    if (type === PduType.associateAccept) this.#answer(decodeAssociateAccept(body));
    else if (type === PduType.releaseReply) this.#answer("released");
    else if (type === PduType.associateReject) this.#rejected(body);
    else if (type === PduType.abort) this.#fail(new DicomSendError("dicom.aborted", "the peer broke off"));
    else throw new ProtocolError("unexpectedPdu", `a PDU of type ${type} is out of turn`);
  }

  #answer(answer: Answer): void {
    this.#answers.push(answer);
    this.#answered?.();
  }

  #rejected(body: Buffer): void {
    const rejection = decodeAssociateReject(body);
    const message = `the peer rejected the association: ${describeRejection(rejection)}`;
    this.#fail(new DicomSendError("dicom.rejected", message, isPermanent(rejection)));
  }

  /** The connection broke or was closed; after a release or an abort of ours that is how it should be. */
  #lost(how: string, error?: NodeJS.ErrnoException): void {
    if (this.stages.pending === "tls" || (error && isTlsFailure(error))) {
      this.#fail(new DicomSendError("dicom.tls", `no encrypted connection to the peer: ${how}`));
      return;
    }
    const code = this.#state === "connecting" ? "dicom.unreachable" : "dicom.aborted";
    this.#fail(new DicomSendError(code, `no connection to the peer: ${how}`));
  }

  #fail(error: Error): void {
    if (this.#state === "over") return;
    this.#over();
    this.#socket.destroy();
    this.#failed.reject(error);
  }

  #over(): void {
    this.#state = "over";
    this.#signal.removeEventListener("abort", this.#cancelled);
  }

  #outOfTurn(): DicomSendError {
    const error = new DicomSendError("dicom.aborted", "the peer broke the protocol: an answer out of turn");
    this.abort(error);
    return error;
  }

  readonly #cancelled = () => this.abort(this.#signal.reason);
}

function connectedTo(peer: DicomPeer): ConnectingSocket {
  try {
    return connectTo(peer);
  } catch (error) {
    if (error instanceof TlsFilesUnusable) throw new DicomSendError("dicom.tls-files", error.message, true);
    throw error;
  }
}
