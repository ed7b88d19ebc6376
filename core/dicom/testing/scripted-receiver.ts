// A receiver for tests that takes objects, or refuses, hangs and breaks off at a chosen moment.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import {
  type AnsweredContext,
  type AssociateRequest,
  type CommandSet,
  ContextResult,
  decodeAssociateRequest,
  encodeAssociateAccept,
  encodeCommand,
  encodeReleaseReply,
  IMPLEMENTATION_CLASS_UID,
  MessageReader,
  PduReader,
  PduType,
  type ProposedContext,
  RESPONSE_BIT,
} from "@thalamus/sdk/dicom/net";
import { connectionClosed } from "@thalamus/sdk/testing";

/** What the receiver does differently from taking everything. */
export interface Script {
  /** What it announces; longer P-DATA PDUs are recorded as a fault. */
  readonly maxPduLength?: number;
  /** Instead of an A-ASSOCIATE-AC. */
  readonly onAssociate?: (socket: Socket) => void;
  readonly answerContext?: (context: ProposedContext) => AnsweredContext;
  /** At the command of an object, before its data set. */
  readonly onCommand?: (socket: Socket, command: CommandSet) => void;
  /** Instead of a response; `count` is 1 for the first message. */
  readonly onMessage?: (socket: Socket, respond: (status: number) => void, count: number) => void;
  readonly onRelease?: (socket: Socket) => void;
}

export interface Received {
  readonly command: CommandSet;
  readonly contextId: number;
  readonly dataSet: Buffer;
}

export class ScriptedReceiver implements AsyncDisposable {
  readonly requests: AssociateRequest[] = [];
  readonly received: Received[] = [];
  /** Types of the PDUs that came, P-DATA once in a row. */
  readonly pduTypes: number[] = [];
  readonly faults: unknown[] = [];
  readonly port: number;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer({ noDelay: true }, (socket) => this.#serve(socket));
  readonly #script: Script;

  private constructor(script: Script) {
    this.#script = script;
    this.#server.listen({ port: 0, host: "127.0.0.1" });
    this.port = 0;
  }

  static async start(script: Script = {}): Promise<ScriptedReceiver> {
    const receiver = new ScriptedReceiver(script);
    await once(receiver.#server, "listening");
    return Object.assign(receiver, { port: (receiver.#server.address() as AddressInfo).port });
  }

  /** When the last connection is closed. */
  async idle(): Promise<void> {
    await Promise.all([...this.#sockets].map(connectionClosed));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await this.idle();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    let message: { command: CommandSet; contextId: number; parts: Buffer[] } | undefined;
    const finish = () => {
      if (!message) return;
      const { command, contextId, parts } = message;
      this.received.push({ command, contextId, dataSet: Buffer.concat(parts) });
      this.#respond(socket, contextId, command);
    };
    const messages = new MessageReader({
      command: (contextId, command) => {
        message = { command, contextId, parts: [] };
        this.#script.onCommand?.(socket, command);
        if (!command.hasDataSet) finish();
      },
      dataSetBytes: (buffer, start, end) => message?.parts.push(Buffer.from(buffer.subarray(start, end))),
      dataSetEnded: finish,
    });
    const pdus = new PduReader(
      {
        pduStarted: (type) => {
          if (this.pduTypes.at(-1) !== type) this.pduTypes.push(type);
        },
        controlPdu: (type, body) => this.#control(socket, type, body),
        pdvStarted: (pdv) => messages.pdvStarted(pdv),
        pdvBytes: (buffer, start, end) => messages.pdvBytes(buffer, start, end),
        pdvEnded: () => messages.pdvEnded(),
      },
      this.#script.maxPduLength || 4_000_000,
    );
    socket.on("data", (bytes: Buffer) => {
      try {
        pdus.read(bytes, 0, bytes.length);
      } catch (error) {
        this.faults.push(error);
        socket.destroy();
      }
    });
  }

  #control(socket: Socket, type: number, body: Buffer): void {
    if (type === PduType.associateRequest) this.#associate(socket, decodeAssociateRequest(body));
    else if (type === PduType.releaseRequest && this.#script.onRelease) this.#script.onRelease(socket);
    else if (type === PduType.releaseRequest) socket.end(encodeReleaseReply());
  }

  #associate(socket: Socket, request: AssociateRequest): void {
    this.requests.push(request);
    if (this.#script.onAssociate) {
      this.#script.onAssociate(socket);
      return;
    }
    const contexts = request.contexts.map(this.#script.answerContext ?? accepted);
    const user = {
      maxPduLength: this.#script.maxPduLength ?? 16_384,
      implementationClassUid: IMPLEMENTATION_CLASS_UID,
      implementationVersionName: "SCRIPTED",
    };
    const { calledAe, callingAe } = request;
    socket.write(encodeAssociateAccept({ calledAe, callingAe, contexts, user }));
  }

  #respond(socket: Socket, contextId: number, command: CommandSet): void {
    const respond = (status: number) => {
      const response = {
        commandField: command.commandField | RESPONSE_BIT,
        hasDataSet: false,
        affectedSopClassUid: command.affectedSopClassUid,
        messageIdRespondedTo: command.messageId,
        status,
        affectedSopInstanceUid: command.affectedSopInstanceUid,
      };
      socket.write(encodeCommand(contextId, response, 0));
    };
    if (this.#script.onMessage) this.#script.onMessage(socket, respond, this.received.length);
    else respond(0);
  }
}

export function accepted(context: ProposedContext): AnsweredContext {
  const transferSyntax = context.transferSyntaxes[0] ?? "";
  return { id: context.id, result: ContextResult.accepted, transferSyntax };
}
