// The many ways in which a right object may be cut into PDUs, PDVs and packets: all give the same bytes.
import { once } from "node:events";
import { encodeCommandSet, PduType } from "@thalamus/sdk/dicom/net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  dataPdu,
  type Fragment,
  MR_CONTEXT,
  RawSender,
  storeCommand,
  storeRequest,
} from "./testing/raw-sender.ts";
import { type ScpUnderTest, startScp } from "./testing/scp-under-test.ts";
import { type TestObject, testObject } from "./testing/test-object.ts";

let scp: ScpUnderTest;
beforeAll(async () => {
  scp = await startScp();
});
afterAll(() => scp[Symbol.asyncDispose]());

/** Cuts bytes into fragments of a length; the last is marked as such. */
function fragments(bytes: Buffer, length: number, isCommand = false): Fragment[] {
  const cut: Fragment[] = [];
  for (let start = 0; start < bytes.length; start += length) {
    const isLast = start + length >= bytes.length;
    cut.push({ bytes: bytes.subarray(start, start + length), isCommand, isLast });
  }
  return cut;
}

/** Puts fragments into PDUs, `perPdu` in each. */
function pdus(all: readonly Fragment[], perPdu: number): Buffer {
  const list: Buffer[] = [];
  for (let start = 0; start < all.length; start += perPdu)
    list.push(dataPdu(...all.slice(start, start + perPdu)));
  return Buffer.concat(list);
}

async function expectStored(sender: RawSender, object: TestObject): Promise<void> {
  expect(await sender.response()).toMatchObject({ status: 0, affectedSopInstanceUid: object.sopInstanceUid });
  await sender.release();
  expect(scp.intake.dataSet(object.sopInstanceUid).equals(object.dataSet)).toBe(true);
}

describe("an object of 400,370 bytes", () => {
  it.each([
    ["two PDVs in a PDU", 65_500, 2],
    ["one PDV in a PDU", 16_378, 1],
    ["as many PDVs as fit", 1000, 130],
    ["odd fragments, against the standard", 999, 3],
    ["the longest PDU there may be", 131_066, 1],
  ])("arrives unchanged with %s", async (_name, length, perPdu) => {
    const object = testObject(length, 400_370);
    const sender = new RawSender(scp.port);
    await sender.associate();
    sender.write(storeCommand(object), pdus(fragments(object.dataSet, length), perPdu));
    await expectStored(sender, object);
  });

  it("arrives unchanged in packets of 7,001 bytes", async () => {
    const object = testObject(7001, 400_370);
    const sender = new RawSender(scp.port);
    await sender.associate();
    const bytes = Buffer.concat([storeCommand(object), pdus(fragments(object.dataSet, 65_500), 2)]);
    for (let start = 0; start < bytes.length; start += 7001) {
      await new Promise((sent) => sender.socket.write(bytes.subarray(start, start + 7001), sent));
    }
    await expectStored(sender, object);
  });
});

describe("a small object", () => {
  it("arrives unchanged from a slow sender, byte by byte", async () => {
    const object = testObject(1, 1000);
    const sender = new RawSender(scp.port);
    await sender.associate();
    for (const byte of Buffer.concat([storeCommand(object), pdus(fragments(object.dataSet, 90), 3)])) {
      await new Promise((sent) => sender.socket.write(Buffer.from([byte]), sent));
    }
    await expectStored(sender, object);
  });

  it.each([1, 2, 7, 100])("arrives with its command cut into fragments of %i bytes", async (length) => {
    const object = testObject(20 + length, 1000);
    const sender = new RawSender(scp.port);
    await sender.associate();
    const command = fragments(encodeCommandSet(storeRequest(object)), length, true);
    sender.write(pdus(command, 3), pdus(fragments(object.dataSet, 1000), 1));
    await expectStored(sender, object);
  });

  it("arrives with command and data set in one PDU", async () => {
    const object = testObject(30, 1000);
    const sender = new RawSender(scp.port);
    await sender.associate();
    const command = { isCommand: true, isLast: true, bytes: encodeCommandSet(storeRequest(object)) };
    sender.write(dataPdu(command, ...fragments(object.dataSet, 500)));
    await expectStored(sender, object);
  });

  it("arrives when its last fragment is empty", async () => {
    const object = testObject(31, 1000);
    const sender = new RawSender(scp.port);
    await sender.associate();
    sender.write(
      storeCommand(object),
      dataPdu({ bytes: object.dataSet }),
      dataPdu({ isLast: true, bytes: Buffer.alloc(0) }),
    );
    await expectStored(sender, object);
  });
});

describe("answers", () => {
  it("are cut into fragments when the sender takes only small PDUs", async () => {
    const object = testObject(40, 1000);
    const sender = new RawSender(scp.port);
    const user = { maxPduLength: 64, implementationClassUid: "1.2.3", implementationVersionName: "SMALL" };
    await sender.associate({ user });
    sender.store(object);
    let isLast = false;
    while (!isLast) {
      const { type, body } = await sender.pdu();
      expect(type).toBe(PduType.data);
      expect(body.length).toBeLessThanOrEqual(64);
      expect(body[4]).toBe(MR_CONTEXT);
      isLast = body[5] === 3;
    }
    await sender.release();
  });

  it("are one packet, so that Nagle and delayed acknowledgement cannot meet", async () => {
    const object = testObject(41, 1000);
    const sender = new RawSender(scp.port);
    await sender.associate();
    const next = once(sender.socket, "data");
    sender.store(object);
    const [bytes] = (await next) as [Buffer];
    expect(bytes.length).toBe(6 + bytes.readUInt32BE(2));
    await sender.response();
    await sender.release();
  });
});
