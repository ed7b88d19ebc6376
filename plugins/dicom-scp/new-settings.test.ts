// A receiver makes room for one with other settings: the address is free at once, and who is sending goes on.
import { expect, test } from "vitest";
import { RawSender } from "./testing/raw-sender.ts";
import { startScp } from "./testing/scp-under-test.ts";
import { testObject } from "./testing/test-object.ts";

test("a successor listens on the address at once, while an open association goes on to its end where it began", async () => {
  await using before = await startScp({ allowedCallers: [] });
  const sending = new RawSender(before.port);
  await sending.associate();
  sending.store(testObject(1));
  expect((await sending.response()).status).toBe(0);
  const { closed, ended } = before.retire();
  await closed;
  await using after = await startScp({ port: before.port, allowedCallers: [{ ae: "SOMEBODY" }] });
  const late = new RawSender(after.port);
  late.propose();
  await late.rejection();
  sending.store(testObject(2), 2);
  expect((await sending.response()).status).toBe(0);
  await sending.release();
  await ended;
  expect(before.log.all("association.accepted")).toHaveLength(1);
  expect(after.log.all("association.accepted")).toHaveLength(0);
});

test("one that has made room can still be stopped, and ends what it had then", async () => {
  await using scp = await startScp();
  const sending = new RawSender(scp.port);
  await sending.associate();
  const { ended } = scp.retire();
  const aborted = sending.abortion();
  await scp.stop();
  await ended;
  expect(await aborted).toMatchObject({ source: expect.any(Number) });
});
