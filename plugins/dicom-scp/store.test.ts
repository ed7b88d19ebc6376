// C-STORE as the intake sees it: order, back pressure, refusals, senders that go away.
import { encodeAbort, encodeCommand } from "@thalamus/sdk/dicom/net";
import { describe, expect, it } from "vitest";
import { dataPdu, MR_CONTEXT, RawSender, storeCommand, storeRequest } from "./testing/raw-sender.ts";
import { startScp } from "./testing/scp-under-test.ts";
import { testObject } from "./testing/test-object.ts";

const object = testObject(1, 5000);

describe("an association", () => {
  it("is opened in the intake with its first object and closed with its end", async () => {
    await using scp = await startScp();
    const sender = new RawSender(scp.port);
    await sender.associate({ callingAe: "MR1" });
    expect(scp.intake.openAssociations).toBe(0);
    const opened = scp.intake.next("opened");
    sender.store(object);
    expect(await opened).toEqual({
      plugin: "dicom-scp",
      callingAe: "MR1",
      calledAe: "THALAMUS",
      remoteAddress: "127.0.0.1",
    });
    await sender.response();
    expect(scp.intake.openAssociations).toBe(1);
    await sender.release();
    await scp.log.line("association.ended");
    expect(scp.intake.openAssociations).toBe(0);
  });

  it("X-023 that is lost while an object is being made durable closes only after it", async () => {
    await using scp = await startScp();
    const { promise, resolve } = Promise.withResolvers<void>();
    scp.intake.gate = promise;
    const sender = new RawSender(scp.port);
    await sender.associate();
    const finishing = scp.intake.next("finishing");
    sender.store(object);
    await finishing;
    sender.socket.destroy();
    await sender.closed;
    expect(scp.intake.openAssociations).toBe(1);
    resolve();
    expect(await scp.log.line("association.ended")).toMatchObject({ stored: 1 });
    expect(scp.intake.openAssociations).toBe(0);
  });
});

describe("pipelined objects", () => {
  it("are taken one after the other, in order, whatever the sender does", async () => {
    await using scp = await startScp();
    const { promise, resolve } = Promise.withResolvers<void>();
    scp.intake.gate = promise;
    const objects = [1, 2, 3].map((n) => testObject(n, 40_000));
    const sender = new RawSender(scp.port);
    await sender.associate();
    const finishing = scp.intake.next("finishing");
    for (const [index, each] of objects.entries()) sender.store(each, index + 1);
    await finishing;
    expect(scp.intake.files()).toEqual(["1.part"]);
    resolve();
    for (const messageId of [1, 2, 3]) {
      expect(await sender.response()).toMatchObject({ messageIdRespondedTo: messageId, status: 0 });
    }
    await sender.release();
    expect(scp.intake.received.map((each) => each.sopInstanceUid)).toEqual(
      objects.map((each) => each.sopInstanceUid),
    );
    for (const each of objects) expect(scp.intake.dataSet(each.sopInstanceUid)).toEqual(each.dataSet);
  });
});

describe("what the sender is told", () => {
  it("X-024 success for an object that is there already, and for one that has changed", async () => {
    await using scp = await startScp();
    const sender = new RawSender(scp.port);
    await sender.associate();
    const changed = { ...object, dataSet: testObject(2, 5000).dataSet };
    for (const each of [object, object, changed]) {
      sender.store(each);
      expect((await sender.response()).status).toBe(0x0000);
    }
    await sender.release();
    const ended = await scp.log.line("association.ended");
    expect(ended).toMatchObject({ stored: 1, duplicates: 1, revised: 1, refused: 0 });
  });

  it.each([
    ["intake.truncated", 0xc000],
    ["intake.malformed", 0xc000],
    ["intake.no-study", 0xc000],
    ["intake.mismatch", 0xa900],
    ["intake.out-of-space", 0xa700],
    ["intake.storage-failed", 0xa700],
    ["intake.stopping", 0xa700],
  ] as const)("%s is a status and a comment, and the next object is taken", async (code, status) => {
    await using scp = await startScp();
    scp.intake.refusals.set(object.sopInstanceUid, code);
    const sender = new RawSender(scp.port);
    await sender.associate();
    sender.store(object);
    const refused = await sender.response();
    expect(refused.status).toBe(status);
    expect(refused.errorComment).toMatch(/^[A-Za-z -]{10,64}$/);
    sender.store(testObject(2));
    expect((await sender.response()).status).toBe(0);
    await sender.release();
    expect(await scp.log.line("instance.refused")).toMatchObject({ code });
    expect(await scp.log.line("association.ended")).toMatchObject({ stored: 1, refused: 1 });
  });

  it.each([
    ["an instance UID that is none", { affectedSopInstanceUid: "../../etc/passwd" }, 0x0117],
    ["an instance UID that is too long", { affectedSopInstanceUid: `1.${"2".repeat(63)}` }, 0x0117],
    ["no instance UID", { affectedSopInstanceUid: undefined }, 0x0117],
    ["a class UID that is none", { affectedSopClassUid: "MR" }, 0x0106],
    ["another class than the context's", { affectedSopClassUid: "1.2.840.10008.5.1.4.1.1.2" }, 0x0122],
    ["another service", { commandField: 0x0020 }, 0x0211],
  ])("%s: a status after the data set, and the next object is taken", async (_name, change, status) => {
    await using scp = await startScp();
    const sender = new RawSender(scp.port);
    await sender.associate();
    const command = encodeCommand(MR_CONTEXT, { ...storeRequest(object), ...change }, 0);
    sender.write(command, dataPdu({ isLast: true, bytes: object.dataSet }));
    expect((await sender.response()).status).toBe(status);
    sender.store(testObject(2));
    expect((await sender.response()).status).toBe(0);
    await sender.release();
    expect(scp.intake.received).toHaveLength(1);
  });

  it("a C-STORE without a data set: cannot understand", async () => {
    await using scp = await startScp();
    const sender = new RawSender(scp.port);
    await sender.associate();
    sender.write(encodeCommand(MR_CONTEXT, { ...storeRequest(object), hasDataSet: false }, 0));
    expect((await sender.response()).status).toBe(0xc000);
    await sender.release();
  });
});

describe("an intake with a bug", () => {
  it("is a processing failure for the sender; the log has the kind of error, not its text", async () => {
    await using scp = await startScp();
    scp.intake.open = () => {
      throw new TypeError("CANARY");
    };
    const sender = new RawSender(scp.port);
    await sender.associate();
    sender.store(object);
    expect((await sender.response()).status).toBe(0x0110);
    await sender.release();
    const line = await scp.log.line("association.failed");
    expect(line).toMatchObject({ code: "dicom-scp.failed", kind: "TypeError" });
    expect(JSON.stringify(scp.log.lines)).not.toContain("CANARY");
  });
});

describe("a sender that goes away in the middle of an object", () => {
  it.each([
    ["cuts the connection", "dicom-scp.connection-lost", (sender: RawSender) => sender.socket.destroy()],
    ["closes the connection", "dicom-scp.connection-lost", (sender: RawSender) => sender.socket.end()],
    [
      "aborts",
      "dicom-scp.peer-abort",
      (sender: RawSender) => sender.write(encodeAbort({ source: 0, reason: 0 })),
    ],
  ])("%s: nothing of it is left", async (_name, code, leave) => {
    await using scp = await startScp();
    const sender = new RawSender(scp.port);
    await sender.associate();
    const writing = scp.intake.next("writing");
    sender.write(storeCommand(object), dataPdu({ bytes: object.dataSet.subarray(0, 3000) }));
    await writing;
    leave(sender);
    expect(await scp.log.line("association.ended")).toMatchObject({ code, stored: 0 });
    expect(scp.intake.files()).toEqual([]);
    expect(scp.intake.openAssociations).toBe(0);
  });
});

describe("sixteen associations at once", () => {
  it("each get their own objects stored", async () => {
    await using scp = await startScp();
    const sendAll = async (first: number) => {
      const sender = new RawSender(scp.port);
      await sender.associate();
      for (let n = first; n < first + 10; n += 1) {
        sender.store(testObject(n, 30_000));
        expect((await sender.response()).status).toBe(0);
      }
      await sender.release();
    };
    await Promise.all(Array.from({ length: 16 }, (_, index) => sendAll(index * 10)));
    for (let n = 0; n < 160; n += 1) {
      const { sopInstanceUid, dataSet } = testObject(n, 30_000);
      expect(scp.intake.dataSet(sopInstanceUid).equals(dataSet)).toBe(true);
    }
  });
});
