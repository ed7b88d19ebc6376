// Parts that arrive wrong, late, twice or not at all; and uploads that somebody else goes on with.
import { memoBook } from "@thalamus/sdk/testing";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { EdgeBench } from "../testing/edge-bench.ts";
import { answers, CUT_INSIDE, type Fault, NO_ETAG, WRONG_ETAG } from "../testing/faults.ts";
import { HostileCloud } from "../testing/hostile-cloud.ts";

const bench = new EdgeBench();
let cloud: HostileCloud;
beforeEach(async () => {
  await cloud?.[Symbol.asyncDispose]();
  cloud = await HostileCloud.start();
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

const DIFFERS = answers(409, {}, JSON.stringify({ error: "part-differs", message: "Other bytes." }));
const times = (count: number, fault: Fault) => Array.from({ length: count }, () => fault);
const numbersPut = () => cloud.calls("put").map(({ path }) => Number(path.split("/").at(-1)));

describe("parts", () => {
  test("X-044 that arrive with other bytes are sent again, and no others", async () => {
    cloud.breaks("put", DIFFERS);
    const scope = bench.scope(cloud.url, { parallelParts: 1 });
    expect((await bench.through(await bench.step(), () => scope)).kind).toBe("processed");
    const numbers = numbersPut();
    expect(numbers.filter((number) => number === 1)).toHaveLength(2);
    expect(numbers).toHaveLength(new Set(numbers).size + 1);
  });

  test("A-153 that never arrive as they are end the upload after the retries of the settings", async () => {
    cloud.breaks("put", ...times(3, DIFFERS));
    const scope = bench.scope(cloud.url, { parallelParts: 1, uploadRetries: 2 });
    const outcome = await bench.once(await bench.step(), scope);
    expect(outcome).toMatchObject({ kind: "rejected", code: "cloud-upload.part-refused" });
    expect(cloud.calls("put")).toHaveLength(3);
  });

  test("whose answer has no ETag, or a wrong one, are sent again", async () => {
    cloud.breaks("put", NO_ETAG, WRONG_ETAG);
    const scope = bench.scope(cloud.url, { parallelParts: 1 });
    expect((await bench.through(await bench.step(), () => scope)).kind).toBe("processed");
  });

  test("A-153 whose ETags are always wrong end the upload, too", async () => {
    cloud.breaks("put", ...times(100, WRONG_ETAG));
    const scope = bench.scope(cloud.url, { uploadRetries: 1 });
    const outcome = await bench.through(await bench.step(), () => scope);
    expect(outcome).toMatchObject({ kind: "rejected", code: "cloud-upload.part-refused" });
  });

  test("are sent to their addresses without the token, with the headers that the address wants", async () => {
    await bench.once(await bench.step(), bench.scope(cloud.url));
    for (const { headers } of cloud.calls("put")) {
      expect(headers.authorization).toBeUndefined();
      expect(headers["x-part-key"]).toBe("k1");
      expect(Number(headers["content-length"])).toBeGreaterThan(0);
    }
  });

  test("are not sent to an address that is no https address where the cloud's own is one", async () => {
    const { PartSender } = await import("./part-sender.ts");
    const scope = bench.scope(cloud.url, { uploadRetries: 0 });
    const { cloudOf } = await import("../cloud.ts");
    const secure = cloudOf({ ...scope, settings: { ...scope.settings, url: "https://cloud.example" } });
    const calls = { partUrl: async () => ({ url: `${cloud.url}/parts/1/1`, headers: {} }) };
    const layout = { bytes: 4, pieces: [{ at: 0, bytes: 4, header: Buffer.from("abcd") }] };
    const sent = new PartSender(secure, calls as never, layout).send(
      { uploadId: "1", number: 1, stretch: { from: 0, bytes: 4 } },
      new AbortController().signal,
    );
    await expect(sent).rejects.toMatchObject({ code: "cloud-upload.bad-answer" });
    expect(cloud.asked).toEqual([]);
  });
});

describe("an upload that was interrupted", () => {
  test("goes on with the parts that are missing, on another hub", async () => {
    const book = memoBook();
    const step = await bench.step({ book });
    const hub = (settings = {}) =>
      bench.scope(cloud.url, { parallelParts: 1, uploadRetries: 0, ...settings });
    // three parts arrive, then the line breaks inside of the fourth
    cloud.breaks("put", {}, {}, {}, CUT_INSIDE);
    expect(await bench.once(step, hub())).toMatchObject({ kind: "waiting", stage: "sending to the cloud" });
    expect(numbersPut()).toEqual([1, 2, 3]);
    expect((await bench.through(step, () => hub())).kind).toBe("processed");
    expect(numbersPut()).toEqual([...new Set(numbersPut())]);
  });

  test("begins anew when the cloud does not know it any more, and not for ever", async () => {
    const step = await bench.step();
    const gone = answers(404, {}, JSON.stringify({ error: "upload-unknown", message: "It has ended." }));
    cloud.breaks("complete", gone);
    const scope = bench.scope(cloud.url, { uploadRetries: 2 });
    expect((await bench.through(step, () => scope)).kind).toBe("processed");
    cloud.breaks("complete", ...times(3, gone));
    const other = await bench.through(await bench.step(), () => scope);
    expect(other).toMatchObject({ kind: "rejected", code: "cloud-upload.part-refused" });
  });

  test("counts no part whose ETag the cloud remembers otherwise", async () => {
    const book = memoBook();
    const step = await bench.step({ book });
    const scope = bench.scope(cloud.url, { parallelParts: 1, uploadRetries: 0 });
    cloud.breaks("put", {}, CUT_INSIDE);
    await bench.once(step, scope);
    cloud.only.upload!.parts.set(1, Buffer.from("other bytes"));
    expect((await bench.through(step, () => scope)).kind).toBe("processed");
    expect(numbersPut().filter((number) => number === 1)).toHaveLength(2);
  });

  test("pauses for as long as the cloud wishes, without holding a hand", async () => {
    cloud.breaks("put", answers(503, { "retry-after": "3600" }));
    const scope = bench.scope(cloud.url, { parallelParts: 1 });
    const outcome = await bench.once(await bench.step(), scope);
    expect(outcome).toMatchObject({ kind: "waiting", code: "cloud-upload.busy", afterMs: 3_600_000 });
  });
});
