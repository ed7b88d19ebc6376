// When the receiver is busy: who waits for a place, who is sent away, and who loses its place by being too slow.
import { setTimeout as pause } from "node:timers/promises";
import { PduType, Rejections } from "@thalamus/sdk/dicom/net";
import { describe, expect, it, vi } from "vitest";
import { ScpMetrics } from "./metrics.ts";
import { dataPdu, RawSender, storeCommand } from "./testing/raw-sender.ts";
import { type ScpUnderTest, startScp } from "./testing/scp-under-test.ts";
import { testObject } from "./testing/test-object.ts";

/** Resolves when so many associations wait for a place. */
const waiting = (scp: ScpUnderTest, count: number) =>
  vi.waitFor(async () => expect(await scp.metrics.value(ScpMetrics.waiting, {})).toBe(count), {
    timeout: 20_000,
    interval: 5,
  });

describe("waiting for a place", () => {
  const WAITING = { maxAssociations: 1, waitingAssociations: 2 };
  const AT_ONCE = 0.02;

  it("serves one too many when a place gets free, in the order they came, and counts those that wait", async () => {
    await using scp = await startScp(WAITING);
    const [first, second, third] = [1, 2, 3].map(() => new RawSender(scp.port));
    await first!.associate();
    second!.propose();
    await waiting(scp, 1);
    third!.propose();
    await waiting(scp, 2);
    const thirdIsIn = third!.pdu();
    await first!.release();
    expect((await second!.pdu()).type).toBe(PduType.associateAccept);
    await waiting(scp, 1);
    second!.store(testObject(1));
    expect((await second!.response()).status).toBe(0);
    await second!.release();
    expect((await thirdIsIn).type).toBe(PduType.associateAccept);
    await third!.release();
  });

  it("ends with the rejection that says to come back, when no place gets free or too many wait", async () => {
    await using scp = await startScp({ ...WAITING, waitingAssociations: 1, waitingSeconds: AT_ONCE });
    const [first, second] = [new RawSender(scp.port), new RawSender(scp.port)];
    await first.associate();
    second.propose();
    expect(await second.rejection()).toEqual(Rejections.localLimitExceeded);
    second.socket.end();
    expect(await scp.log.line("association.rejected")).toMatchObject({ code: "dicom-scp.limit" });
    await first.release();
  });

  it("is no place for those who hang up", async () => {
    await using scp = await startScp(WAITING);
    const [first, second, third] = [1, 2, 3].map(() => new RawSender(scp.port));
    await first!.associate();
    second!.propose();
    await waiting(scp, 1);
    second!.socket.destroy();
    await waiting(scp, 0);
    third!.propose();
    await waiting(scp, 1);
    await first!.release();
    expect((await third!.pdu()).type).toBe(PduType.associateAccept);
    await third!.release();
  });

  it("ends at once when the receiver stops", async () => {
    await using scp = await startScp(WAITING, 10_000);
    const [running, guest] = [new RawSender(scp.port), new RawSender(scp.port)];
    await running.associate();
    guest.propose();
    await waiting(scp, 1);
    const stopped = scp.stop();
    expect(await guest.rejection()).toEqual(Rejections.temporaryCongestion);
    guest.socket.end();
    await running.release();
    await stopped;
  });

  it("is not for a sender that has its share already", async () => {
    await using scp = await startScp({ maxAssociationsPerCaller: 1, waitingAssociations: 2 });
    const [greedy, again, other] = [1, 2, 3].map(() => new RawSender(scp.port));
    await greedy!.associate();
    again!.propose();
    expect(await again!.rejection()).toEqual(Rejections.localLimitExceeded);
    again!.socket.end();
    expect(await scp.log.line("association.rejected")).toMatchObject({ code: "dicom-scp.caller-limit" });
    await other!.associate({ callingAe: "OTHER" });
    await Promise.all([greedy!.release(), other!.release()]);
  });
});

describe("the pace of a sender", () => {
  /** A fragment of 100 bytes in a PDU of its own every 10 ms: never idle. */
  const trickle = async (sender: RawSender, bytes: Buffer) => {
    for (let at = 0; at < bytes.length && !sender.socket.closed; at += 100) {
      sender.write(dataPdu({ bytes: bytes.subarray(at, at + 100), isLast: at + 100 >= bytes.length }));
      await pause(10);
    }
  };

  it("that keeps an object open with next to nothing is broken off, and nothing of it stays", async () => {
    await using scp = await startScp({ idleTimeoutSeconds: 0.2, leastBytesPerSecond: 100_000 });
    const sender = new RawSender(scp.port);
    await sender.associate();
    sender.write(storeCommand(testObject(1)));
    const trickling = trickle(sender, testObject(1).dataSet);
    expect(await sender.abortion()).toEqual({ source: 0, reason: 0 });
    sender.socket.end();
    await trickling;
    expect(await scp.log.line("association.ended")).toMatchObject({ code: "dicom-scp.too-slow", stored: 0 });
    expect(scp.intake.openAssociations).toBe(0);
  });

  it.each([
    ["fast enough", 1000],
    ["slow where no pace is asked for", 0],
  ])("that is %s is left alone", async (_name, leastBytesPerSecond) => {
    await using scp = await startScp({ idleTimeoutSeconds: 0.2, leastBytesPerSecond });
    const sender = new RawSender(scp.port);
    await sender.associate();
    sender.write(storeCommand(testObject(1, 6000)));
    await trickle(sender, testObject(1, 6000).dataSet);
    expect((await sender.response()).status).toBe(0);
    await sender.release();
  });
});
