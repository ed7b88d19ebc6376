// One order from begin to end, with a line that breaks at every call, and a hub that begins anew at every call.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { memoBook } from "@thalamus/sdk/testing";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { openPromise } from "yauzl";
import { EdgeBench } from "../testing/edge-bench.ts";
import { answers, CUT_AFTER, CUT_BEFORE, CUT_INSIDE, type Fault } from "../testing/faults.ts";
import type { CallName } from "../testing/hostile-answers.ts";
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

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** What arrived, unpacked by another program than the one that packed it. */
async function unpacked(archive: Buffer): Promise<string[]> {
  const path = join(bench.folder, "arrived.zip");
  writeFileSync(path, archive);
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false });
  const hashes: string[] = [];
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    hashes.push(sha256(Buffer.concat(chunks)));
  }
  zip.close();
  return hashes;
}

async function requireWhole(): Promise<void> {
  const sent = (await (await bench.copy()).instances()).map(({ sha256: own }) => own);
  expect(await unpacked(cloud.only.archive!)).toEqual(sent);
}

describe("an order", () => {
  test("is placed, sent, looked after, and comes back with every file of its result", async () => {
    const book = memoBook();
    const step = await bench.step({ book });
    cloud.looks = 3;
    const scope = bench.scope(cloud.url);
    const first = await bench.once(step, scope);
    expect(first).toMatchObject({ kind: "waiting", stage: "processed in the cloud", isSent: true });
    const outcome = await bench.through(step, () => scope);
    if (outcome.kind !== "processed") throw new Error(outcome.kind);
    const { result } = outcome;
    const { studyInstanceUid, patientPseudonym } = step.study;
    expect(result).toMatchObject({ kind: "diagnostic", product: { id: "far-away", version: "1.2.0" } });
    expect(result.subject).toEqual({ studyInstanceUid, patientPseudonym });
    expect(result.files.map(({ name }) => name)).toEqual(["report", "maps/FA"]);
    for (const { path, sha256: own } of result.files) expect(sha256(readFileSync(path))).toBe(own);
    await requireWhole();
    expect(book.written.at(-1)?.reference).toBe(cloud.only.id);
    // parts were many, and one sign-in was enough
    expect(cloud.calls("put").length).toBeGreaterThan(5);
    expect(cloud.calls("token")).toHaveLength(1);
  });

  test("A-147 X-033 says nothing of the patient beside the copy but what the settings name", async () => {
    const facts = { patientAge: "066Y", patientSex: "F", accessionNumber: "ACC-1" } as const;
    const said = async (settings: object) => {
      const step = await bench.step({ facts });
      await bench.once(step, bench.scope(cloud.url, settings));
      return [...cloud.orders.values()].at(-1)!.wanted.metadata;
    };
    expect(await said({})).toEqual({ patient_age: "066Y", patient_sex: "F" });
    expect(await said({ metadata: ["sex"] })).toEqual({ patient_sex: "F" });
    expect(await said({ metadata: [] })).toBeUndefined();
    expect(await said({ metadata: [], sendAccession: true })).toEqual({ accession_number: "ACC-1" });
  });

  test("X-041 whose metadata does not get through says it again, and sends no image before the cloud has it", async () => {
    const busy = answers(503, { "retry-after": "0" });
    cloud.breaks("new-order", CUT_BEFORE, busy, answers(500), CUT_AFTER);
    const facts = { patientAge: "066Y", patientSex: "F" } as const;
    const scope = bench.scope(cloud.url);
    expect((await bench.through(await bench.step({ facts }), () => scope)).kind).toBe("processed");
    const tries = cloud.calls("new-order");
    expect(tries.length).toBeGreaterThan(4);
    const said = tries.map(({ body }) => (JSON.parse(body.toString()) as { metadata: object }).metadata);
    expect(said).toEqual(tries.map(() => ({ patient_age: "066Y", patient_sex: "F" })));
    expect(new Set(tries.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    expect(cloud.orders.size).toBe(1);
    const names = cloud.asked.map(({ name }) => name);
    expect(names.indexOf("initiate")).toBeGreaterThan(names.lastIndexOf("new-order"));
  });

  test("A-152 that is too large is refused before anything is ordered", async () => {
    const step = await bench.step();
    const big = { ...step.study, instances: async () => [{ role: "dicom", bytes: 6_000_000_000 }] };
    const outcome = await bench.once({ ...step, study: big as never }, bench.scope(cloud.url));
    expect(outcome).toMatchObject({ kind: "rejected", code: "cloud-upload.too-large" });
    expect(cloud.asked).toEqual([]);
  });

  test("has the name that the cloud gives to the product", async () => {
    const scope = bench.scope(cloud.url, { products: { "dti-metrics": "AIDP" } });
    await bench.once(await bench.step({ product: "dti-metrics" }), scope);
    expect(cloud.only.wanted.products).toEqual(["AIDP"]);
  });
});

const CALLS: readonly CallName[] = [
  ...(["token", "new-order", "initiate", "urls", "put", "complete", "status", "results"] as const),
];

describe("whatever happens to calls", () => {
  const FAULTS: readonly (readonly [string, Fault])[] = [
    ["the line is cut before the cloud does it", CUT_BEFORE],
    ["the line is cut after the cloud did it", CUT_AFTER],
    ["429 with a time", answers(429, { "retry-after": "0" })],
    ["500", answers(500)],
    ["503 with a time", answers(503, { "retry-after": "0" })],
    ["a page of some proxy", answers(200, { "content-type": "text/html" }, "<html>Please sign in</html>")],
    ["401", answers(401)],
  ];
  test.each(FAULTS)("%s, at each call: one order, all of the study, and its result", async (_, fault) => {
    for (const name of CALLS) cloud.breaks(name, fault);
    cloud.breaks("put", CUT_INSIDE, fault);
    const scope = bench.scope(cloud.url);
    expect((await bench.through(await bench.step(), () => scope)).kind).toBe("processed");
    expect(cloud.orders.size).toBe(1);
    await requireWhole();
  });

  test("the hub begins anew after every single call, and goes on where it was", async () => {
    for (const name of CALLS.slice(1)) {
      await cloud[Symbol.asyncDispose]();
      cloud = await HostileCloud.start();
      const book = memoBook();
      const step = await bench.step({ book });
      // dies at the call: what it wrote down is all that is left
      cloud.breaks(name, ...Array.from({ length: 5 }, () => CUT_AFTER));
      const dying = bench.scope(cloud.url, { uploadRetries: 0 });
      expect((await bench.once(step, dying)).kind).toBe("waiting");
      const before = cloud.calls("put").length;
      const outcome = await bench.through(step, () => bench.scope(cloud.url, { uploadRetries: 0 }));
      expect([name, outcome.kind, cloud.orders.size]).toEqual([name, "processed", 1]);
      await requireWhole();
      if (name === "complete") expect(cloud.calls("put")).toHaveLength(before);
    }
  });
});

describe("a step that a person has begun again", () => {
  test("takes a new order when the old one has ended, and goes on with one that has not", async () => {
    const book = memoBook();
    const step = await bench.step({ book });
    cloud.ending = "EXPIRED";
    const scope = bench.scope(cloud.url);
    expect(await bench.through(step, () => scope)).toMatchObject({
      kind: "rejected",
      code: "cloud-upload.expired",
    });
    cloud.ending = "DELIVERED";
    cloud.looks = 2;
    const again = { ...step, round: 2 };
    expect((await bench.once(again, scope)).kind).toBe("waiting");
    expect(cloud.orders.size).toBe(2);
    const third = { ...step, round: 3 };
    expect((await bench.through(third, () => scope)).kind).toBe("processed");
    expect(cloud.orders.size).toBe(2);
  });
});
