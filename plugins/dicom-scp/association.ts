// One association as its acceptor (PS3.8 9.2): negotiation, messages in, release, abort and time-outs.
import type { Socket } from "node:net";
import type { Intake, Log, LogField } from "@thalamus/sdk";
import {
  AbortReason,
  AbortSource,
  type AssociateRequest,
  decodeAssociateRequest,
  encodeAbort,
  encodeAssociateAccept,
  encodeAssociateReject,
  encodeCommand,
  encodeReleaseReply,
  MessageReader,
  PduReader,
  PduType,
  type PdvHeader,
  ProtocolError,
} from "@thalamus/sdk/dicom/net";
import type { Peer, Refusal } from "./admission.ts";
import { associationLog } from "./association-log.ts";
import { Connection } from "./connection.ts";
import type { ScpCounts } from "./metrics.ts";
import { Pace } from "./pace.ts";
import { type Agreement, agree } from "./presentation-contexts.ts";
import type { DicomScpSettings } from "./settings.ts";
import { StorageService } from "./storage-service.ts";
import { Tally } from "./tally.ts";
import { identityOf, type TlsIdentity } from "./tls-identity.ts";

/** What the listener lends to its associations. */
export interface AssociationHost {
  readonly settings: DicomScpSettings;
  readonly intake: Intake;
  readonly log: Log;
  readonly counts: ScpCounts;
  /** Lets an association in and counts it from now on, or says why not; a promise when it has to wait for that. */
  admit(
    association: Association,
    request: AssociateRequest,
    peer: Peer,
  ): Refusal | undefined | Promise<Refusal | undefined>;
  /** Whether the sender is a user that the site knows; then it may hear so. */
  vouchesFor(request: AssociateRequest): boolean;
  /** It counts no longer; what is in hand goes on until `finished`. */
  ended(association: Association): void;
}

/** An association that has been accepted. */
interface Established {
  readonly service: StorageService;
  readonly messages: MessageReader;
  readonly contextIds: ReadonlySet<number>;
  readonly pace: Pace | undefined;
}

export class Association {
  /** Resolves when nothing of the association is left to do. */
  readonly finished: Promise<void>;
  readonly #host: AssociationHost;
  readonly #log: Log;
  readonly #connection: Connection;
  readonly #identity: TlsIdentity | undefined;
  readonly #pdus: PduReader;
  readonly #tally: Tally;
  readonly #artimMs: number;
  readonly #resolveFinished: () => void;
  #established: Established | undefined;
  #callingAe: string | undefined;
  #over = false;

  constructor(socket: Socket, id: number, host: AssociationHost) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#resolveFinished = resolve;
    this.#host = host;
    this.#tally = new Tally(host.counts);
    this.#log = associationLog(host.log, id);
    this.#artimMs = host.settings.artimSeconds * 1000;
    this.#pdus = new PduReader(
      {
        pduStarted: (type) => this.#checkTurn(type),
        controlPdu: (type, body) => this.#control(type, body),
        pdvStarted: (pdv) => this.#pdvStarted(pdv),
        pdvBytes: (buffer, start, end) => this.#established?.messages.pdvBytes(buffer, start, end),
        pdvEnded: () => this.#established?.messages.pdvEnded(),
      },
      host.settings.maxPduLength,
    );
    this.#identity = identityOf(socket);
    this.#connection = new Connection(socket, {
      received: (buffer, start, end) => this.#received(buffer, start, end),
      idle: () => this.abort("dicom-scp.idle"),
      closed: () => this.#end("dicom-scp.connection-lost"),
    });
    this.#connection.setDeadline(this.#artimMs, () => this.#noRequest());
  }

  /** As the sender says; undefined until it has. */
  get callingAe(): string | undefined {
    return this.#callingAe;
  }

  /** Breaks off (PS3.8 actions AA-1 and AA-8); `fault` is what the peer did wrong, if it did. */
  abort(code: string, fault?: ProtocolError): void {
    if (this.#over) return;
    const byUser = this.#established === undefined || fault === undefined || fault.fault === "dimse";
    const lastWords = byUser
      ? encodeAbort({ source: AbortSource.serviceUser, reason: AbortReason.notSpecified })
      : encodeAbort({ source: AbortSource.serviceProvider, reason: reasonOf(fault) });
    this.#end(code, fault && { fault: fault.fault, detail: fault.message });
    this.#connection.finish(lastWords, this.#artimMs);
  }

  /** Aborts unless it is over already, and closes the connection in `lingerMs` at the latest. */
  stop(lingerMs: number): void {
    this.abort("dicom-scp.stopped");
    this.#connection.setDeadline(lingerMs, () => this.#connection.destroy());
  }

  #received(buffer: Buffer, start: number, end: number): number {
    try {
      const taken = this.#pdus.read(buffer, start, end);
      this.#established?.pace?.came(taken - start);
      return taken;
    } catch (error) {
      if (error instanceof ProtocolError) this.abort("dicom-scp.protocol", error);
      else this.#failed(error);
      return end;
    }
  }

  /** A bug of ours costs this association only. Its text may hold a path or a value: it is not logged. */
  #failed(error: unknown): void {
    const kind = error instanceof Error ? error.name : typeof error;
    this.#log.error("association.failed", { code: "dicom-scp.failed", kind });
    this.abort("dicom-scp.failed");
  }

  /** Which PDUs may come when (PS3.8 table 9-10, states Sta2 and Sta6). */
  #checkTurn(type: number): void {
    const allowed: readonly number[] = this.#established
      ? [PduType.data, PduType.releaseRequest, PduType.abort]
      : [PduType.associateRequest, PduType.abort];
    this.#connection.progress();
    if (!allowed.includes(type)) {
      throw new ProtocolError("unexpectedPdu", `a PDU of type ${type} is out of turn`);
    }
  }

  #control(type: number, body: Buffer): void {
    if (type === PduType.associateRequest) this.#negotiate(body);
    else if (type === PduType.releaseRequest) this.#release();
    else this.#abortedByPeer();
  }

  #pdvStarted(pdv: PdvHeader): void {
    if (!this.#established?.contextIds.has(pdv.contextId)) {
      throw new ProtocolError("invalidParameter", `presentation context ${pdv.contextId} was not accepted`);
    }
    this.#established.messages.pdvStarted(pdv);
  }

  #negotiate(body: Buffer): void {
    const request = decodeAssociateRequest(body);
    const { remoteAddress } = this.#connection;
    const verdict = this.#host.admit(this, request, { remoteAddress, identity: this.#identity });
    this.#callingAe = request.callingAe;
    if (verdict instanceof Promise) void this.#wait(request, verdict);
    else this.#answer(request, verdict);
  }

  /** Until there is a place for it; the request has come, so ARTIM has nothing more to wait for. */
  async #wait(request: AssociateRequest, verdict: Promise<Refusal | undefined>): Promise<void> {
    this.#connection.liftDeadline();
    this.#connection.hold();
    this.#pdus.stop();
    const refusal = await verdict;
    if (this.#over) return;
    this.#answer(request, refusal);
    this.#connection.release();
  }

  #answer(request: AssociateRequest, refusal: Refusal | undefined): void {
    const { remoteAddress } = this.#connection;
    const sender = {
      callingAe: printable(request.callingAe),
      remoteAddress,
      tlsIdentity: this.#identity?.name,
    };
    if (refusal) {
      this.#host.counts.rejected(refusal.code);
      this.#log.info("association.rejected", { code: refusal.code, ...sender });
      this.#end();
      this.#connection.finish(encodeAssociateReject(refusal.rejection), this.#artimMs);
      return;
    }
    const agreement = agree(request, this.#host.settings, this.#host.vouchesFor(request));
    this.#establish(request, agreement);
    this.#connection.liftDeadline();
    this.#connection.setIdleTimeout(this.#host.settings.idleTimeoutSeconds * 1000);
    this.#connection.send(encodeAssociateAccept(agreement.answer));
    this.#host.counts.accepted();
    this.#log.info("association.accepted", {
      ...sender,
      tls: this.#connection.tlsVersion,
      contexts: agreement.contexts.size,
      refusedContexts: request.contexts.length - agreement.contexts.size,
      implementation: printable(request.user.implementationVersionName),
    });
  }

  #establish(request: AssociateRequest, agreement: Agreement): void {
    const source = {
      plugin: "dicom-scp",
      callingAe: printable(request.callingAe),
      calledAe: printable(request.calledAe),
      remoteAddress: this.#connection.remoteAddress,
      ...(this.#identity ? { tlsIdentity: this.#identity.name } : {}),
    };
    const service = new StorageService(this.#host.intake, source, {
      log: this.#log,
      tally: this.#tally,
      contexts: agreement.contexts,
      respond: (contextId, response) => {
        this.#established?.pace?.messageEnded();
        this.#connection.send(encodeCommand(contextId, response, request.user.maxPduLength));
      },
      pause: () => {
        this.#connection.hold();
        this.#pdus.stop();
      },
      resume: () => this.#connection.release(),
    });
    const contextIds = new Set(agreement.contexts.keys());
    const messages = new MessageReader(service);
    this.#established = { service, messages, contextIds, pace: this.#paceOf(messages) };
  }

  /** Looks as seldom as for silence: a sender may stop for a moment, as long as the whole is fast enough. */
  #paceOf(messages: MessageReader): Pace | undefined {
    const { leastBytesPerSecond, idleTimeoutSeconds } = this.#host.settings;
    if (leastBytesPerSecond === 0) return undefined;
    return new Pace({
      leastBytes: leastBytesPerSecond * idleTimeoutSeconds,
      periodMs: idleTimeoutSeconds * 1000,
      inMessage: () => messages.inMessage,
      tooSlow: () => this.abort("dicom-scp.too-slow"),
    });
  }

  #release(): void {
    if (this.#established?.messages.inMessage) {
      throw new ProtocolError("unexpectedPdu", "released in the middle of a message");
    }
    this.#end();
    this.#connection.finish(encodeReleaseReply(), this.#artimMs);
  }

  /** ARTIM ran out before a request came (PS3.8 action AA-2). */
  #noRequest(): void {
    this.#end("dicom-scp.no-request");
    this.#connection.destroy();
  }

  #abortedByPeer(): void {
    this.#end("dicom-scp.peer-abort");
    this.#connection.destroy();
  }

  /** Once and for all: whatever ended it first is the reason that is told. */
  #end(code?: string, fields?: Readonly<Record<string, LogField>>): void {
    if (this.#over) return;
    this.#over = true;
    this.#established?.pace?.stop();
    this.#host.ended(this);
    if (code !== undefined) this.#host.counts.ended(code);
    void this.#wrapUp(code, fields);
  }

  async #wrapUp(code?: string, fields?: Readonly<Record<string, LogField>>): Promise<void> {
    await this.#established?.service.close();
    if (this.#established) this.#log.info("association.ended", { code, ...fields, ...this.#tally.fields() });
    else if (code) this.#log.info("connection.ended", { code, ...fields });
    this.#resolveFinished();
  }
}

/**
 * A name from the network as it may be logged and kept: AE titles are ASCII without control characters and
 * backslash (PS3.5 6.2), but nobody keeps a sender from putting a line break or an escape sequence there.
 */
function printable(name: string): string {
  return name.replaceAll(/[^\x20-\x5b\x5d-\x7e]/g, "?");
}

function reasonOf(error: ProtocolError): number {
  return error.fault === "dimse" ? AbortReason.notSpecified : AbortReason[error.fault];
}
