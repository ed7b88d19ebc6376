// How orders end: results that are not what they seem, failures, cancellation on either side, and a cloud that stays away.
import { readFileSync } from "node:fs";
import { Transient } from "@thalamus/sdk";
import { memoBook } from "@thalamus/sdk/testing";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import plugin from "../plugin.ts";
import { EdgeBench } from "../testing/edge-bench.ts";
import { answers, CUT_AFTER, CUT_SHORT, OTHER_BYTES, WRONG_DIGEST } from "../testing/faults.ts";
import type { HostileFile } from "../testing/hostile-answers.ts";
import { HostileCloud } from "../testing/hostile-cloud.ts";

const bench = new EdgeBench();
let cloud: HostileCloud;
beforeEach(async () => {
  await cloud?.[Symbol.asyncDispose]();
  cloud = await HostileCloud.start();
  cloud.looks = 0;
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

const never = new AbortController().signal;
const ended = async (settings: object = {}) => {
  const scope = bench.scope(cloud.url, settings);
  return bench.through(await bench.step(), () => scope);
};

describe("a result", () => {
  test.each([
    ["has other bytes than its table of contents says", OTHER_BYTES],
    ["has a digest that is not its own", WRONG_DIGEST],
    ["is cut short", CUT_SHORT],
  ])("one of whose files %s is fetched again", async (_, fault) => {
    cloud.breaks("results", {}, fault);
    const scope = bench.scope(cloud.url);
    const step = await bench.step();
    const first = await bench.once(step, scope);
    expect(first).toMatchObject({ kind: "retry", code: "cloud-upload.bad-digest" });
    expect((await bench.once(step, scope)).kind).toBe("processed");
  });

  const file = (name: string, bytes = 3): HostileFile => {
    return { name, report_type: null, media_type: "text/plain", content: Buffer.alloc(bytes, 1) };
  };
  test.each([
    ["names that lead elsewhere", [file("../../etc/passwd")]],
    ["absolute names", [file("/etc/passwd")]],
    ["the same name twice", [file("a"), file("a")]],
    ["no files", []],
    ["more bytes than the settings allow", [file("a", 900_000), file("b", 200_000)]],
  ])("with %s is refused before anything is fetched", async (_, files) => {
    cloud.files = files;
    const outcome = await ended({ maxResultMegabytes: 1 });
    expect(outcome).toMatchObject({ kind: "rejected", code: "cloud-upload.bad-result" });
    expect(cloud.calls("results")).toHaveLength(1);
  });
});

describe("an order that the cloud ended", () => {
  test("as failed comes back with the cloud's reason and report, for the same patient", async () => {
    cloud.ending = "FAILED";
    const outcome = await ended();
    if (outcome.kind !== "processed") throw new Error(outcome.kind);
    expect(outcome.result).toMatchObject({
      kind: "failure",
      error: { code: "dti-metrics.no-dti-series", message: "No DTI series." },
    });
    const [report] = outcome.result.files;
    expect(readFileSync(report!.path, "latin1")).toContain("%PDF");
    expect(outcome.result.subject?.patientPseudonym).toBe((await bench.copy()).patientPseudonym);
  });

  test("as failed without a report is given up with the cloud's reason, so that the hub makes the report", async () => {
    cloud.ending = "FAILED";
    cloud.breaks(
      "failure-report",
      answers(404, {}, JSON.stringify({ error: "report-unknown", message: "." })),
    );
    const reason = { code: "dti-metrics.no-dti-series", message: "No DTI series." };
    expect(await ended()).toMatchObject({ kind: "rejected", ...reason });
  });

  test("as cancelled is cancelled here", async () => {
    cloud.ending = "CANCELLED";
    expect(await ended()).toMatchObject({ kind: "called-off", code: "cloud-upload.cancelled" });
  });

  test("by letting it expire, or by knowing nothing of it, is given up", async () => {
    cloud.ending = "EXPIRED";
    expect(await ended()).toMatchObject({ kind: "rejected", code: "cloud-upload.expired" });
    const scope = bench.scope(cloud.url);
    const step = await bench.step();
    cloud.looks = 5;
    expect((await bench.once(step, scope)).kind).toBe("waiting");
    cloud.orders.clear();
    expect(await bench.once(step, scope)).toMatchObject({
      kind: "rejected",
      code: "cloud-upload.order-gone",
    });
  });

  test("before it began, since it does not know the product, says so", async () => {
    const scope = bench.scope(cloud.url);
    const outcome = await bench.once(await bench.step({ product: "no-such-product" }), scope);
    expect(outcome).toMatchObject({ kind: "rejected", code: "cloud-upload.unknown-product" });
  });
});

describe("a cloud that stays away", () => {
  test("costs no study its order: it waits, says for what, and goes on when the cloud is back", async () => {
    const port = Number(new URL(cloud.url).port);
    await cloud[Symbol.asyncDispose]();
    const step = await bench.step();
    const scope = bench.scope(`http://127.0.0.1:${port}`);
    for (let look = 0; look < 3; look += 1) {
      const outcome = await bench.once(step, scope);
      const stage = "the cloud cannot be reached";
      expect(outcome).toMatchObject({ kind: "waiting", stage, code: "cloud-upload.unreachable" });
    }
    cloud = await HostileCloud.start(port);
    expect((await bench.through(step, () => scope)).kind).toBe("processed");
  });

  test("is given up after the hours of the settings", async () => {
    const url = "http://127.0.0.1:1";
    const step = await bench.step();
    const scope = bench.scope(url, { giveUpHours: 0.001 });
    expect((await bench.once(step, scope)).kind).toBe("waiting");
    const awaySince = new Date(Date.now() - 60_000).toISOString();
    await step.remember({ ...step.memo(), awaySince });
    const outcome = await bench.once(step, scope);
    expect(outcome).toMatchObject({ kind: "rejected", code: "cloud-upload.unreachable" });
  });

  test("that does not let the hub sign in costs no order either, and a new password is enough", async () => {
    cloud.secret = "changed";
    const step = await bench.step();
    const stage = "the cloud does not let this hub sign in";
    expect(await bench.once(step, bench.scope(cloud.url))).toMatchObject({ kind: "waiting", stage });
    const scope = bench.scope(cloud.url, { clientSecret: "changed" });
    expect((await bench.through(step, () => scope)).kind).toBe("processed");
  });
});

describe("an order that is withdrawn", () => {
  const withdraw = (step: Awaited<ReturnType<typeof bench.step>>, url = cloud.url) =>
    plugin.withdraw!(
      { id: step.id, product: step.order.product, memo: step.memo() ?? {} },
      bench.scope(url),
      never,
    );

  test("X-045 X-046 is cancelled in the cloud, and its upload aborted", async () => {
    cloud.breaks("complete", CUT_AFTER);
    const step = await bench.step();
    cloud.breaks("put", {}, {}, answers(503, { "retry-after": "3600" }));
    await bench.once(step, bench.scope(cloud.url, { parallelParts: 1 }));
    expect(cloud.only).toMatchObject({ status: "PENDING", upload: {} });
    await withdraw(step);
    expect(cloud.only).toMatchObject({ status: "CANCELLED", upload: undefined });
    // once more: what is over is no error
    await withdraw(step);
  });

  test("is found though nobody heard that it was placed", async () => {
    cloud.breaks("new-order", CUT_AFTER);
    const step = await bench.step();
    await bench.once(step, bench.scope(cloud.url));
    expect(JSON.stringify(step.memo())).not.toContain(cloud.only.id);
    await withdraw(step);
    expect(cloud.only.status).toBe("CANCELLED");
  });

  test("that has its result stays as it is, and one of a cloud that is away is tried again", async () => {
    const step = await bench.step();
    const scope = bench.scope(cloud.url);
    await bench.through(step, () => scope);
    await withdraw(step);
    expect(cloud.only.status).toBe("DELIVERED");
    await expect(withdraw(step, "http://127.0.0.1:1")).rejects.toBeInstanceOf(Transient);
    cloud.breaks("cancel", answers(403, {}, "{}"));
    await expect(withdraw(step)).resolves.toBeUndefined();
  });

  test("that was never placed is nothing to tell anybody", async () => {
    const step = await bench.step();
    await withdraw(step);
    expect(cloud.asked).toEqual([]);
  });
});

describe("tokens", () => {
  test("that end in between are fetched anew, once for all who wait", async () => {
    cloud.tokenSeconds = 1;
    cloud.looks = 3;
    const step = await bench.step();
    const scope = bench.scope(cloud.url);
    await bench.once(step, scope);
    // what a cloud does that has forgotten its tokens
    cloud.token = "another one";
    await bench.once(step, scope);
    expect(cloud.calls("token").length).toBeGreaterThanOrEqual(2);
    expect((await bench.through(step, () => scope)).kind).toBe("processed");
  });

  test("are remembered for steps that begin later", async () => {
    const scope = bench.scope(cloud.url);
    for (let turn = 0; turn < 3; turn += 1) await bench.through(await bench.step(), () => scope);
    expect(cloud.calls("token")).toHaveLength(1);
  });
});

test("nothing of an order is remembered that tells who the patient is", async () => {
  const book = memoBook();
  const facts = { patientAge: "066Y", patientSex: "F", accessionNumber: "CANARY-ACC" } as const;
  const step = await bench.step({ book, facts });
  const scope = bench.scope(cloud.url, { sendAccession: true });
  await bench.through(step, () => scope);
  expect(cloud.only.wanted.metadata).toMatchObject({ accession_number: "CANARY-ACC" });
  const kept = JSON.stringify(book.written) + bench.log.text();
  for (const value of ["CANARY", "066Y"]) expect(kept).not.toContain(value);
});
