// The second pass in a thread of its own: it finds what it finds elsewhere, and a lost thread is tried again.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, expect, it, vi } from "vitest";
import { NiftiProof, type NiftiProofOptions } from "../nifti-proof/nifti-proof.ts";
import { openProver, type ProverOptions } from "../proof/study-prover.ts";
import { rawMrFile, text } from "../testing/raw-object.ts";
import { ThreadedProver } from "./threaded-prover.ts";

const folder = mkdtempSync(join(tmpdir(), "deid-prover-"));
afterAll(() => rmSync(folder, { recursive: true }));

const OPTIONS: ProverOptions = {
  pseudonym: { patientName: "PXQ", patientId: "PXQ" },
  dates: "shift",
  known: [{ kind: "name", value: "Known^Beside" }],
};

function write(name: string, description: string): string {
  const path = join(folder, name);
  writeFileSync(path, rawMrFile([text(0x00081030, "LO", description), text(0x00100010, "PN", "Qzxvkw^Ann")]));
  return path;
}

it("A-077 finds in a thread what it finds here, study after study", async () => {
  const copy = { source: write("source", "head"), output: write("output", "head of Beside, Qzxvkw") };
  const prover = new ThreadedProver();
  for (const known of [OPTIONS.known, []]) {
    const here = openProver({ ...OPTIONS, known });
    prover.open({ ...OPTIONS, known });
    const found = await prover.prove(copy);
    expect(found).toEqual(await here.prove(copy));
    expect(found.join("\n").includes("what is known of the study")).toBe(known.length > 0);
    expect(await prover.finish()).toEqual(await here.finish());
  }
});

it("A-077 finds in a thread what it finds here in a NIfTI study, in the order of the questions", async () => {
  const table = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const copies = [
    { source: table("Qzxvkw.bval", "0 1000\n"), output: table("000001.bval", "0 1000\n") },
    { source: table("a.bvec", "0 1\n0 0\n0 0\n"), output: table("000001.bvec", "0 1\n0 1\n0 0\n") },
    {
      source: table("a.json", '{"PatientName":"Qzxvkw^Ann"}'),
      output: table("000001.json", '{"x":"Qzxvkw"}'),
    },
  ];
  const options: NiftiProofOptions = { dates: "shift", known: [] };
  const here = new NiftiProof(options);
  const expected = [];
  for (const copy of copies) expected.push(await here.prove(copy));
  const prover = new ThreadedProver();
  prover.openNifti(options);
  expect(await Promise.all(copies.map((copy) => prover.prove(copy)))).toEqual(expected);
  expect(expected.map((findings) => findings.length > 0)).toEqual([false, true, true]);
  const ended = await prover.finish();
  expect(ended).toEqual(await here.finish());
  expect(ended.join()).toContain("000001.json");
});

it("begins to work on a burst of copies before the thread that makes them has to wait", async () => {
  const sent = vi.spyOn(Worker.prototype, "postMessage");
  const prover = new ThreadedProver();
  prover.open(OPTIONS);
  const copy = { source: write("burst-source", "head"), output: write("burst-output", "head of Qzxvkw") };
  const answers = Array.from({ length: 40 }, () => prover.prove(copy));
  // no timer and no answer can have come since
  const batches = sent.mock.calls.flatMap(([order]) => (order.kind === "prove" ? [order.copies.length] : []));
  sent.mockRestore();
  expect(batches.length).toBeGreaterThan(1);
  expect(Math.max(...batches)).toBeLessThanOrEqual(16);
  const [first, ...others] = await Promise.all([...answers, prover.prove(copy)]);
  expect(first!.join()).toContain("value-survives");
  for (const other of others) expect(other).toEqual(first);
});

it("says with the system's code that a file cannot be opened, and goes on", async () => {
  const prover = new ThreadedProver();
  prover.open(OPTIONS);
  const file = write("there", "head");
  await expect(prover.prove({ source: join(folder, "gone"), output: file })).rejects.toMatchObject({
    code: "ENOENT",
  });
  expect(await prover.prove({ source: file, output: file })).not.toEqual([]);
});

it("a thread that ends fails every question so that the step is tried again", async () => {
  const prover = new ThreadedProver();
  const file = write("any", "head");
  // no options: it cannot begin
  prover.open(undefined as never);
  const lost = { name: "Transient", code: "deid-safeharbor.thread-lost" };
  await expect(prover.prove({ source: file, output: file })).rejects.toMatchObject(lost);
  await expect(prover.finish()).rejects.toMatchObject(lost);
});
