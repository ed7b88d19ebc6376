// What the receiver counts: each way an association can begin and end, and each answer that is a failure.
import { expect, it, vi } from "vitest";
import { ScpMetrics } from "./metrics.ts";
import { RawSender } from "./testing/raw-sender.ts";
import { startScp } from "./testing/scp-under-test.ts";
import { testObject } from "./testing/test-object.ts";

const code = (value: string) => ({ code: value });

it("counts what is accepted, open, rejected, refused and broken off, by code", async () => {
  await using scp = await startScp({ allowedCallers: [{ ae: "RAW" }] });
  const { value } = scp.metrics;
  const sender = new RawSender(scp.port);
  await sender.associate();
  expect(await value(ScpMetrics.open, {})).toBe(1);
  sender.store({ ...testObject(1), sopInstanceUid: "no UID" });
  expect((await sender.response()).status).not.toBe(0);
  sender.store(testObject(2));
  expect((await sender.response()).status).toBe(0);
  await sender.release();

  const stranger = new RawSender(scp.port);
  stranger.propose({ callingAe: "STRANGER" });
  await stranger.rejection();
  const broken = new RawSender(scp.port);
  await broken.associate();
  broken.socket.destroy();

  await vi.waitFor(async () => {
    expect(await value(ScpMetrics.ended, code("dicom-scp.connection-lost"))).toBe(1);
  }, 20_000);
  expect(await value(ScpMetrics.accepted, {})).toBe(2);
  expect(await value(ScpMetrics.open, {})).toBe(0);
  expect(await value(ScpMetrics.rejected, code("dicom-scp.caller"))).toBe(1);
  expect(await value(ScpMetrics.refused, code("dicom-scp.bad-uid"))).toBe(1);
});
