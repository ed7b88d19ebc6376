// Answers the DIMSE requests of one association: C-ECHO at once, C-STORE when the object is safe.
import type { Intake, IntakeAssociation, IntakeSource, Log } from "@thalamus/sdk";
import {
  CommandField,
  type CommandSet,
  DimseStatus,
  formatStatus,
  isUsableUid,
  type MessageHandler,
  ProtocolError,
  RESPONSE_BIT,
} from "@thalamus/sdk/dicom/net";
import type { AcceptedContext } from "./presentation-contexts.ts";
import { type Operation, RefusedOperation, StoreOperation } from "./store-operation.ts";
import { replyForError, StoreRefusals, type StoreReply } from "./store-status.ts";
import type { Tally } from "./tally.ts";

/** The association as the service sees it. */
export interface Dialogue {
  readonly log: Log;
  readonly tally: Tally;
  readonly contexts: ReadonlyMap<number, AcceptedContext>;
  /** Sends a response; nothing happens when the association is over. */
  respond(contextId: number, response: CommandSet): void;
  /** No further message until `resume`: one operation at a time. */
  pause(): void;
  resume(): void;
}

/** A request whose data set is coming. */
interface Exchange {
  readonly contextId: number;
  readonly request: CommandSet;
  readonly operation: Operation;
}

export class StorageService implements MessageHandler {
  readonly #intake: Intake;
  readonly #source: IntakeSource;
  readonly #dialogue: Dialogue;
  #association: IntakeAssociation | undefined;
  #exchange: Exchange | undefined;
  #answering: Promise<void> | undefined;

  constructor(intake: Intake, source: IntakeSource, dialogue: Dialogue) {
    this.#intake = intake;
    this.#source = source;
    this.#dialogue = dialogue;
  }

  command(contextId: number, request: CommandSet): void {
    if (request.commandField === CommandField.cancelRequest) return;
    if ((request.commandField & RESPONSE_BIT) !== 0 || request.messageId === undefined) {
      throw new ProtocolError("dimse", "a request with a message id was due");
    }
    const operation = this.#begin(contextId, request);
    if (operation === undefined) {
      this.#dialogue.tally.addEcho();
      this.#respond(contextId, request, { status: DimseStatus.success });
      return;
    }
    this.#exchange = { contextId, request, operation };
    if (!request.hasDataSet) this.dataSetEnded();
  }

  dataSetBytes(buffer: Buffer, start: number, end: number): void {
    this.#dialogue.tally.addBytes(end - start);
    this.#exchange?.operation.write(buffer, start, end);
  }

  dataSetEnded(): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    this.#exchange = undefined;
    this.#dialogue.pause();
    this.#answering = this.#answer(exchange);
  }

  /** Gives up an object that is not complete, waits for one that is, and ends the intake's association. */
  async close(): Promise<void> {
    this.#exchange?.operation.abandon();
    this.#exchange = undefined;
    await this.#answering;
    try {
      await this.#association?.close();
    } catch (error) {
      this.#logBug(error);
    }
  }

  /** What takes the data set; undefined for C-ECHO, which has none. */
  #begin(contextId: number, request: CommandSet): Operation | undefined {
    if (request.commandField === CommandField.echoRequest && !request.hasDataSet) return undefined;
    if (request.commandField !== CommandField.storeRequest) {
      return new RefusedOperation(StoreRefusals.unknownOperation);
    }
    if (!request.hasDataSet) return new RefusedOperation(StoreRefusals.noDataSet);
    return this.#beginStore(contextId, request);
  }

  #beginStore(contextId: number, request: CommandSet): Operation {
    const context = this.#dialogue.contexts.get(contextId);
    const sopClassUid = request.affectedSopClassUid ?? "";
    const sopInstanceUid = request.affectedSopInstanceUid ?? "";
    if (!isUsableUid(sopInstanceUid)) return new RefusedOperation(StoreRefusals.badInstanceUid);
    if (!isUsableUid(sopClassUid)) return new RefusedOperation(StoreRefusals.badClassUid);
    if (sopClassUid !== context?.abstractSyntax) return new RefusedOperation(StoreRefusals.otherClass);
    const transferSyntaxUid = context.transferSyntax;
    try {
      this.#association ??= this.#intake.open(this.#source);
      return new StoreOperation(
        this.#association.receive({ sopClassUid, sopInstanceUid, transferSyntaxUid }),
      );
    } catch (error) {
      this.#logBug(error);
      return new RefusedOperation(replyForError(error));
    }
  }

  async #answer(exchange: Exchange): Promise<void> {
    const reply = await exchange.operation.complete();
    this.#dialogue.tally.addReply(reply);
    if (reply.code !== undefined) {
      this.#dialogue.log.warn("instance.refused", { code: reply.code, status: formatStatus(reply.status) });
    }
    this.#respond(exchange.contextId, exchange.request, reply);
    this.#dialogue.resume();
  }

  /** The response repeats the UIDs of the request (PS3.7 9.3.1.2), unless they are none. */
  #respond(contextId: number, request: CommandSet, reply: StoreReply): void {
    this.#dialogue.respond(contextId, {
      commandField: request.commandField | RESPONSE_BIT,
      hasDataSet: false,
      affectedSopClassUid: onlyUid(request.affectedSopClassUid),
      messageIdRespondedTo: request.messageId,
      status: reply.status,
      errorComment: reply.comment,
      affectedSopInstanceUid: onlyUid(request.affectedSopInstanceUid),
    });
  }

  /** Names the kind of error only: its text could hold a path or a value. */
  #logBug(error: unknown): void {
    const kind = error instanceof Error ? error.name : typeof error;
    this.#dialogue.log.error("association.failed", { code: "dicom-scp.failed", kind });
  }
}

function onlyUid(text: string | undefined): string | undefined {
  return text !== undefined && isUsableUid(text) ? text : undefined;
}
