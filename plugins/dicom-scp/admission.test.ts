// Who is let in: titles, senders, limits, and what happens when the hub stops.
import { Rejections } from "@thalamus/sdk/dicom/net";
import { describe, expect, it } from "vitest";
import { createAdmission } from "./admission.ts";
import { RawSender } from "./testing/raw-sender.ts";
import { DEFAULTS, startScp } from "./testing/scp-under-test.ts";
import { testObject } from "./testing/test-object.ts";

describe("A-135 the called title", () => {
  it("must be ours", async () => {
    await using scp = await startScp();
    const sender = new RawSender(scp.port);
    sender.propose({ calledAe: "THALAMUS2" });
    expect(await sender.rejection()).toEqual(Rejections.calledAeNotRecognized);
    sender.socket.end();
    expect(await scp.log.line("association.rejected")).toMatchObject({ code: "dicom-scp.called-ae" });
  });

  it("may be any when it is not checked", async () => {
    await using scp = await startScp({ checkCalledAe: false });
    const sender = new RawSender(scp.port);
    await sender.associate({ calledAe: "ANY-SCP" });
    await sender.release();
  });
});

describe("A-136 the calling title", () => {
  it("must be on the list when there is one", async () => {
    await using scp = await startScp({ allowedCallers: [{ ae: "PACS" }, { ae: "MR1" }] });
    const stranger = new RawSender(scp.port);
    stranger.propose({ callingAe: "MR2" });
    expect(await stranger.rejection()).toEqual(Rejections.callingAeNotRecognized);
    stranger.socket.end();
    const sender = new RawSender(scp.port);
    await sender.associate({ callingAe: "MR1" });
    await sender.release();
  });

  it.each([
    ["127.0.0.1", true],
    ["127.0.0.0/8", true],
    ["10.1.2.3", false],
    ["10.0.0.0/8", false],
    ["::1", false],
  ])("must come from its address: %s lets 127.0.0.1 in: %s", async (host, isLetIn) => {
    await using scp = await startScp({ allowedCallers: [{ ae: "RAW", host }] });
    const sender = new RawSender(scp.port);
    if (isLetIn) {
      await sender.associate();
      await sender.release();
    } else {
      sender.propose();
      expect(await sender.rejection()).toEqual(Rejections.callingAeNotRecognized);
      sender.socket.end();
    }
  });

  it.each(["pacs.example", "10.1.2", "10.0.0.0/", "10.0.0.0/33", ""])(
    "with the address %j is refused at the start, with the reason",
    async (host) => {
      const started = startScp({ allowedCallers: [{ ae: "PACS", host }] });
      await expect(started).rejects.toMatchObject({ code: "dicom-scp.bad-caller-address" });
    },
  );
});

describe("a request", () => {
  const request = {
    protocolVersion: 1,
    applicationContext: "1.2.840.10008.3.1.1.1",
    calledAe: "THALAMUS",
    callingAe: "RAW",
    contexts: [],
    user: { maxPduLength: 0, implementationClassUid: "", implementationVersionName: "" },
  };
  const idle = { openAssociations: 0, ofCaller: 0, stopping: false };
  const peer = { remoteAddress: "127.0.0.1", identity: undefined };

  it.each([
    [{ protocolVersion: 2 }, Rejections.protocolVersionNotSupported],
    [{ applicationContext: "1.2.3" }, Rejections.applicationContextNotSupported],
  ])("of another protocol is rejected: %o", (change, rejection) => {
    const refusal = createAdmission(DEFAULTS)({ ...request, ...change }, peer, idle);
    expect(refusal).toEqual({ code: "dicom-scp.unsupported", rejection });
  });
});

describe("the limit of associations", () => {
  it("rejects one more for now, and takes the next when one has ended", async () => {
    await using scp = await startScp({ maxAssociations: 2 });
    const [first, second] = [new RawSender(scp.port), new RawSender(scp.port)];
    await Promise.all([first.associate(), second.associate()]);
    const third = new RawSender(scp.port);
    third.propose();
    expect(await third.rejection()).toEqual(Rejections.localLimitExceeded);
    third.socket.end();
    await first.release();
    const fourth = new RawSender(scp.port);
    await fourth.associate();
    await Promise.all([second.release(), fourth.release()]);
  });
});

describe("time", () => {
  it("runs out for a connection on which no request comes", async () => {
    await using scp = await startScp({ artimSeconds: 0.02 });
    const sender = new RawSender(scp.port);
    await sender.closed;
    expect(await scp.log.line("connection.ended")).toMatchObject({ code: "dicom-scp.no-request" });
  });

  it("runs out for an association on which nothing comes: abort", async () => {
    await using scp = await startScp({ idleTimeoutSeconds: 0.02 });
    const sender = new RawSender(scp.port);
    await sender.associate();
    expect(await sender.abortion()).toEqual({ source: 0, reason: 0 });
    sender.socket.end();
    expect(await scp.log.line("association.ended")).toMatchObject({ code: "dicom-scp.idle" });
  });
});

describe("stopping", () => {
  it("lets a running association finish and rejects new ones meanwhile", async () => {
    await using scp = await startScp({}, 10_000);
    const running = new RawSender(scp.port);
    await running.associate();
    const stopped = scp.stop();
    const late = new RawSender(scp.port);
    late.propose();
    expect(await late.rejection()).toEqual(Rejections.temporaryCongestion);
    late.socket.end();
    running.store(testObject(1));
    expect((await running.response()).status).toBe(0);
    await running.release();
    await stopped;
    expect(scp.log.all("association.rejected")).toMatchObject([{ code: "dicom-scp.stopping" }]);
  });

  it("aborts what is still open after the grace, and leaves no half object", async () => {
    await using scp = await startScp({}, 0);
    const sender = new RawSender(scp.port);
    await sender.associate();
    const stopped = scp.stop();
    expect(await sender.abortion()).toEqual({ source: 0, reason: 0 });
    await stopped;
    expect(await scp.log.line("association.ended")).toMatchObject({ code: "dicom-scp.stopped" });
  });

  it("waits for an object that is being made durable, though its sender is not told any more", async () => {
    await using scp = await startScp({}, 0);
    const { promise, resolve } = Promise.withResolvers<void>();
    scp.intake.gate = promise;
    const sender = new RawSender(scp.port);
    await sender.associate();
    const finishing = scp.intake.next("finishing");
    sender.store(testObject(1));
    await finishing;
    const stopped = scp.stop();
    await sender.abortion();
    sender.socket.end();
    await sender.closed;
    expect(scp.intake.openAssociations).toBe(1);
    expect(scp.log.all("association.ended")).toEqual([]);
    resolve();
    await stopped;
    expect(scp.intake.openAssociations).toBe(0);
    expect(scp.log.all("association.ended")).toMatchObject([{ code: "dicom-scp.stopped", stored: 1 }]);
  });

  it("does not wait for connections on which nothing was asked, and may be asked twice", async () => {
    await using scp = await startScp({}, 10_000);
    const silent = new RawSender(scp.port);
    const echoing = new RawSender(scp.port);
    await echoing.associate();
    await echoing.release();
    await Promise.all([scp.stop(), scp.stop(), silent.closed]);
  });
});
