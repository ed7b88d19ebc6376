// Senders that break the protocol: each gets an A-ABORT with the right reason, and the next sender is served.
import { encodeCommandSet, PduType } from "@thalamus/sdk/dicom/net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  dataPdu,
  ECHO_CONTEXT,
  MR_CONTEXT,
  RawSender,
  storeCommand,
  storeRequest,
} from "./testing/raw-sender.ts";
import { type ScpUnderTest, startScp } from "./testing/scp-under-test.ts";
import { testObject } from "./testing/test-object.ts";

const BY_USER = { source: 0, reason: 0 };
const UNRECOGNIZED_PDU = { source: 2, reason: 1 };
const UNEXPECTED_PDU = { source: 2, reason: 2 };
const UNEXPECTED_PARAMETER = { source: 2, reason: 5 };
const INVALID_PARAMETER = { source: 2, reason: 6 };

const object = testObject(1, 2000);
let scp: ScpUnderTest;
beforeAll(async () => {
  scp = await startScp();
});
afterAll(() => scp[Symbol.asyncDispose]());

afterEach(async () => {
  const next = new RawSender(scp.port);
  await next.associate();
  await next.release();
  expect(scp.intake.files()).toEqual([]);
  expect(scp.intake.openAssociations).toBe(0);
});

/** A PDU header and as much after it as is given. */
function pdu(type: number, length: number, body = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(6);
  header[0] = type;
  header.writeUInt32BE(length, 2);
  return Buffer.concat([header, body]);
}

/** A P-DATA-TF with one PDV that says it has `pdvLength` bytes. */
function pdvOf(pdvLength: number, pduLength: number): Buffer {
  const header = Buffer.from([0, 0, 0, 0, MR_CONTEXT, 0x03]);
  header.writeUInt32BE(pdvLength);
  return pdu(PduType.data, pduLength, Buffer.concat([header, Buffer.alloc(pduLength - header.length)]));
}

const requestBody = (items: Buffer) => {
  const body = Buffer.alloc(68, " ");
  body.writeUInt16BE(1, 0);
  return pdu(PduType.associateRequest, 68 + items.length, Buffer.concat([body, items]));
};
const context = (id: number) => Buffer.from([0x20, 0, 0, 4, id, 0, 0, 0]);

describe("before an association", () => {
  it.each([
    ["a web browser", Buffer.from("GET / HTTP/1.1\r\nHost: hub\r\n\r\n")],
    ["P-DATA", dataPdu({ isCommand: true, bytes: Buffer.alloc(10) })],
    ["a release", pdu(PduType.releaseRequest, 4, Buffer.alloc(4))],
    ["the answer to a request nobody made", pdu(PduType.associateAccept, 68, Buffer.alloc(68))],
    ["a request of 2 GB", pdu(PduType.associateRequest, 0x7fffffff)],
    ["a request of 64 KB and a byte", pdu(PduType.associateRequest, 65_537)],
    ["a request that is cut", pdu(PduType.associateRequest, 20, Buffer.alloc(20))],
    ["a request without contexts", requestBody(Buffer.alloc(0))],
    ["an item longer than the request", requestBody(Buffer.from([0x10, 0, 0xff, 0xff, 1]))],
    ["half an item header", requestBody(Buffer.from([0x10, 0]))],
    ["a context with an even id", requestBody(context(2))],
    ["two contexts with one id", requestBody(Buffer.concat([context(1), context(1)]))],
    ["a maximum length of 7", requestBody(Buffer.from([0x50, 0, 0, 8, 0x51, 0, 0, 4, 0, 0, 0, 7]))],
  ])("%s is aborted as by the service user (AA-1)", async (_name, bytes) => {
    const sender = new RawSender(scp.port);
    sender.write(bytes);
    expect(await sender.abortion()).toEqual(BY_USER);
    sender.socket.end();
    await sender.closed;
  });
});

describe("in an association", () => {
  it.each([
    ["a PDU type that does not exist", pdu(9, 4, Buffer.alloc(4)), UNRECOGNIZED_PDU],
    ["a second association request", pdu(PduType.associateRequest, 68), UNEXPECTED_PDU],
    ["a release reply", pdu(PduType.releaseReply, 4), UNEXPECTED_PDU],
    ["a P-DATA of 2 GB", pdu(PduType.data, 0x7fffffff), INVALID_PARAMETER],
    ["a P-DATA one byte longer than announced", pdu(PduType.data, 131_073), INVALID_PARAMETER],
    ["a P-DATA without a PDV", pdu(PduType.data, 0), INVALID_PARAMETER],
    ["a PDV of length 0", pdvOf(0, 20), INVALID_PARAMETER],
    ["a PDV of length 1", pdvOf(1, 20), INVALID_PARAMETER],
    ["a PDV longer than its PDU", pdvOf(17, 20), INVALID_PARAMETER],
    ["a PDV of 4 GB", pdvOf(0xffffffff, 20), INVALID_PARAMETER],
    ["bytes after the last PDV that are no PDV", pdvOf(13, 20), INVALID_PARAMETER],
    [
      "a context that was never proposed",
      dataPdu({
        contextId: 99,
        isCommand: true,
        isLast: true,
        bytes: encodeCommandSet(storeRequest(object)),
      }),
      INVALID_PARAMETER,
    ],
    ["a data set without a command", dataPdu({ isLast: true, bytes: object.dataSet }), UNEXPECTED_PARAMETER],
    [
      "two commands for one data set",
      Buffer.concat([storeCommand(object), storeCommand(object, 2)]),
      UNEXPECTED_PARAMETER,
    ],
    [
      "a command in the middle of a data set",
      Buffer.concat([storeCommand(object), dataPdu({ bytes: object.dataSet }), storeCommand(object, 2)]),
      UNEXPECTED_PARAMETER,
    ],
    [
      "a data set that changes its context",
      Buffer.concat([storeCommand(object), dataPdu({ contextId: ECHO_CONTEXT, bytes: object.dataSet })]),
      UNEXPECTED_PARAMETER,
    ],
    [
      "a command that is no command",
      dataPdu({ isCommand: true, isLast: true, bytes: Buffer.alloc(30, 7) }),
      BY_USER,
    ],
    ["a command without end", dataPdu({ isCommand: true, bytes: Buffer.alloc(20_000) }), BY_USER],
    [
      "a response to a request nobody made",
      dataPdu({
        isCommand: true,
        isLast: true,
        bytes: encodeCommandSet({ commandField: 0x8001, hasDataSet: false, messageId: 1, status: 0 }),
      }),
      BY_USER,
    ],
    [
      "a request without a message id",
      dataPdu({
        isCommand: true,
        isLast: true,
        bytes: encodeCommandSet({ commandField: 0x0030, hasDataSet: false }),
      }),
      BY_USER,
    ],
    [
      "a release in the middle of an object",
      Buffer.concat([storeCommand(object), pdu(PduType.releaseRequest, 4, Buffer.alloc(4))]),
      UNEXPECTED_PDU,
    ],
  ])("%s is aborted", async (_name, bytes, expected) => {
    const sender = new RawSender(scp.port);
    await sender.associate();
    sender.write(bytes);
    expect(await sender.abortion()).toEqual(expected);
    sender.socket.end();
    await sender.closed;
  });

  it("what comes after an abort is thrown away, and the connection is closed", async () => {
    const sender = new RawSender(scp.port);
    await sender.associate();
    sender.write(pdu(9, 4));
    sender.store(object);
    await sender.abortion();
    sender.store(object);
    sender.socket.end();
    await sender.closed;
    expect(scp.intake.received).toEqual([]);
  });
});

it("the log tells what was broken, with lengths and types only", async () => {
  await using own = await startScp();
  const sender = new RawSender(own.port);
  await sender.associate();
  sender.write(pdu(PduType.data, 0x7fffffff));
  await sender.abortion();
  sender.socket.end();
  expect(await own.log.line("association.ended")).toMatchObject({
    code: "dicom-scp.protocol",
    fault: "invalidParameter",
    detail: "a P-DATA-TF of 2147483647 bytes; allowed are 6 to 131072",
  });
});
