// A sender for tests that puts any bytes on the wire, right ones and wrong ones, and reads the answers.
import { connect, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import {
  type AssociateAccept,
  CommandField,
  type CommandSet,
  decodeAbort,
  decodeAssociateAccept,
  decodeAssociateReject,
  decodeCommandSet,
  EXPLICIT_VR_LITTLE_ENDIAN,
  encodeAssociateRequest,
  encodeCommand,
  encodeReleaseRequest,
  IMPLEMENTATION_CLASS_UID,
  PduType,
  type ProposedContext,
  VERIFICATION,
  writeFragmentHeader,
} from "@thalamus/sdk/dicom/net";
import { MR_IMAGE, type TestObject } from "./test-object.ts";

export const MR_CONTEXT = 1;
export const ECHO_CONTEXT = 3;

const LAST_BIT = 2;

const CONTEXTS: readonly ProposedContext[] = [
  { id: MR_CONTEXT, abstractSyntax: MR_IMAGE, transferSyntaxes: [EXPLICIT_VR_LITTLE_ENDIAN] },
  { id: ECHO_CONTEXT, abstractSyntax: VERIFICATION, transferSyntaxes: [EXPLICIT_VR_LITTLE_ENDIAN] },
];

export interface Pdu {
  readonly type: number;
  readonly body: Buffer;
}

/** One fragment as a PDV item: length, context id, control byte, bytes. */
export interface Fragment {
  readonly contextId?: number;
  readonly isCommand?: boolean;
  readonly isLast?: boolean;
  readonly bytes: Buffer;
}

export class RawSender {
  readonly socket: Socket;
  /** The TCP connection itself, also under TLS. */
  readonly transport: Socket;
  /** Resolves when the connection is closed, however. */
  readonly closed: Promise<void>;
  readonly #pdus: Pdu[] = [];
  #bytes = Buffer.alloc(0);
  #wake = () => {};

  /** @param tls speaks TLS, with these certificates */
  constructor(port: number, tls?: ConnectionOptions) {
    this.transport = connect({ port, host: "127.0.0.1", noDelay: true });
    this.transport.on("error", () => {});
    this.socket = tls ? connectTls({ host: "127.0.0.1", ...tls, socket: this.transport }) : this.transport;
    this.socket.on("data", (bytes) => this.#take(bytes));
    this.socket.on("error", () => {});
    this.closed = new Promise((resolve) => {
      this.socket.once("close", () => {
        resolve();
        this.#wake();
      });
    });
  }

  write(...parts: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  /** The next PDU of the receiver. */
  async pdu(): Promise<Pdu> {
    for (;;) {
      const pdu = this.#pdus.shift();
      if (pdu) return pdu;
      if (this.socket.closed) throw new Error("the receiver closed the connection");
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  propose(request: Partial<Parameters<typeof encodeAssociateRequest>[0]> = {}): void {
    const user = {
      maxPduLength: 16_384,
      implementationClassUid: IMPLEMENTATION_CLASS_UID,
      implementationVersionName: "RAW_SENDER",
    };
    const names = { calledAe: "THALAMUS", callingAe: "RAW" };
    this.write(encodeAssociateRequest({ ...names, contexts: CONTEXTS, user, ...request }));
  }

  /** Proposes and expects to be accepted. */
  async associate(
    request: Partial<Parameters<typeof encodeAssociateRequest>[0]> = {},
  ): Promise<AssociateAccept> {
    this.propose(request);
    const pdu = await this.pdu();
    if (pdu.type !== PduType.associateAccept) throw new Error(`got a PDU of type ${pdu.type}`);
    return decodeAssociateAccept(pdu.body);
  }

  /** Sends a whole C-STORE in one write. */
  store(object: TestObject, messageId = 1): void {
    this.write(storeCommand(object, messageId), dataPdu({ isLast: true, bytes: object.dataSet }));
  }

  /** The next command, put together from as many PDUs of one fragment as it takes. */
  async response(): Promise<CommandSet> {
    const fragments: Buffer[] = [];
    for (;;) {
      const { type, body } = await this.pdu();
      if (type !== PduType.data) throw new Error(`got a PDU of type ${type}`);
      fragments.push(body.subarray(6));
      if ((body.readUInt8(5) & LAST_BIT) !== 0) return decodeCommandSet(Buffer.concat(fragments));
    }
  }

  /** Source and reason of the A-ABORT that must come next. */
  async abortion(): Promise<{ source: number; reason: number }> {
    const { type, body } = await this.pdu();
    if (type !== PduType.abort) throw new Error(`got a PDU of type ${type}`);
    return decodeAbort(body);
  }

  async rejection() {
    const { type, body } = await this.pdu();
    if (type !== PduType.associateReject) throw new Error(`got a PDU of type ${type}`);
    return decodeAssociateReject(body);
  }

  async release(): Promise<void> {
    this.write(encodeReleaseRequest());
    const { type } = await this.pdu();
    if (type !== PduType.releaseReply) throw new Error(`got a PDU of type ${type}`);
    await this.closed;
  }

  #take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    while (this.#bytes.length >= 6 && this.#bytes.length >= 6 + this.#bytes.readUInt32BE(2)) {
      const end = 6 + this.#bytes.readUInt32BE(2);
      this.#pdus.push({ type: this.#bytes.readUInt8(0), body: this.#bytes.subarray(6, end) });
      this.#bytes = this.#bytes.subarray(end);
    }
    this.#wake();
  }
}

export function storeRequest(object: TestObject, messageId = 1): CommandSet {
  return {
    commandField: CommandField.storeRequest,
    hasDataSet: true,
    messageId,
    priority: 0,
    affectedSopClassUid: object.sopClassUid,
    affectedSopInstanceUid: object.sopInstanceUid,
  };
}

export function storeCommand(object: TestObject, messageId = 1): Buffer {
  return encodeCommand(MR_CONTEXT, storeRequest(object, messageId), 0);
}

/** A P-DATA-TF with any number of PDVs in it. */
export function dataPdu(...fragments: readonly Fragment[]): Buffer {
  const items = fragments.map((fragment) => pdv(fragment));
  const header = Buffer.alloc(6);
  header[0] = PduType.data;
  header.writeUInt32BE(
    items.reduce((sum, item) => sum + item.length, 0),
    2,
  );
  return Buffer.concat([header, ...items]);
}

function pdv(fragment: Fragment): Buffer {
  const header = Buffer.alloc(12);
  writeFragmentHeader(header, 0, {
    contextId: fragment.contextId ?? MR_CONTEXT,
    isCommand: fragment.isCommand ?? false,
    isLast: fragment.isLast ?? false,
    length: fragment.bytes.length,
  });
  return Buffer.concat([header.subarray(6), fragment.bytes]);
}
