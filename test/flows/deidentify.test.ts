// A study leaves the house as a copy that tells nothing of the patient, and its result comes back to that patient.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFileHeader, Tag } from "@thalamus/sdk/dicom";
import { type DwiPhantomOptions, writeDwiPhantom } from "@thalamus/sdk/testing";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import { hasDcmtk, NEEDS_DCMTK, StoreScp } from "../../core/dicom/testing/real-receivers.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { outboundLine, SAFE_HARBOR_ENTRY } from "../support/outbound-line.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-deidentify-"));
const outbox = join(folder, "outbox");
const sender = createDicomSender();
let archive: StoreScp | undefined;
let site: TestSite;
let hub: Hub;
let api: ApiClient;
let database: pg.Client;

beforeAll(async () => {
  mkdirSync(outbox);
  archive = hasDcmtk ? await StoreScp.start() : undefined;
  const intake = { stableAfterSeconds: 3600 };
  const config = outboundLine({
    ...{ outbox, intake, transform: SAFE_HARBOR_ENTRY },
    ...(archive ? { archivePort: archive.port } : {}),
  });
  site = await newSite(config);
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
  database = new pg.Client(site.databaseUrl);
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await hub.stop();
  await archive?.[Symbol.asyncDispose]();
  site.remove();
  rmSync(folder, { recursive: true, force: true });
});

const phantom = (seed: number, options: DwiPhantomOptions = {}) =>
  writeDwiPhantom(join(folder, String(seed)), { seed, slices: 2, directions: 6, matrix: 16, ...options });

const send = async (files: readonly string[]) => {
  const { port } = hub.listeners.get("dicom-scp")!;
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  const answers = await sender.store(peer, files, AbortSignal.timeout(30_000));
  expect(answers.every(({ status }) => status === 0)).toBe(true);
};

const known = new Set<string>();
/** Sends a study and says that it is complete. */
async function sent(files: readonly string[]): Promise<string> {
  await send(files);
  const id = await onlyStudy(api, known);
  known.add(id);
  expect((await api.call("PUT", "/api/force-stable", { id })).status).toBe(204);
  return id;
}

const through = ({ status }: { status: string }) =>
  status === (archive ? "delivered" : "processed") || status === "failed" || status === "held";

interface CopyRow {
  readonly id: string;
  readonly revision: number;
  readonly folder: string;
  readonly pseudonym: string;
  readonly study_instance_uid: string;
  readonly files: number;
}

async function copiesOf(study: string): Promise<CopyRow[]> {
  const { rows } = await database.query<CopyRow>(
    `select c.id, c.revision, c.folder, p.pseudonym, s.study_instance_uid,
            (select count(*)::int from deidentified_instance i where i.copy_id = c.id) as files
       from deidentified_study c join patient_pseudonym p on p.id = c.patient_id
       join study_pseudonym s on s.id = c.pseudonym_id
      where c.study_id = $1 order by c.revision`,
    [study],
  );
  return rows;
}

const bytesUnder = (root: string): string =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");

describe("a study that is sent out", () => {
  const OTHER = { patientName: "PHOTHER^OLGA", patientId: "PHOTHER-2", accessionNumber: "PHACC-OTHER" };

  test(`A-071 A-072 A-077 goes as a copy in a tree of its own, and its result comes back to the patient${NEEDS_DCMTK}`, async () => {
    const { files, truth, studyInstanceUid } = await phantom(1);
    const id = await sent(files);
    const { study, steps, results, timeline } = await studyWhere(api, id, through);
    expect(study.status).toBe(archive ? "delivered" : "processed");
    expect(steps.slice(0, 3).map(({ phase, state }) => [phase, state])).toEqual([
      ["check", "done"],
      ["deidentify", "done"],
      ["process", "done"],
    ]);
    const events = timeline.map(({ event }) => event);
    for (const event of ["study.deidentifying", "study.deidentified", "step.transformed"])
      expect(events).toContain(event);
    expect(results).toHaveLength(1);

    const [copy] = await copiesOf(id);
    expect(copy).toMatchObject({ revision: 1, files: files.length });
    const kept = join(site.folder, "data/files/deidentified", copy!.folder);
    expect(readdirSync(kept)).toHaveLength(files.length + 1);
    const outside = bytesUnder(join(outbox, copy!.id));
    for (const canary of [...truth.canaries, studyInstanceUid]) expect(outside).not.toContain(canary);
    expect(outside).toContain(copy!.pseudonym);

    const delivered = (await archive?.files()) ?? [];
    expect(delivered).toHaveLength(archive ? 1 : 0);
    for (const bytes of delivered) {
      const file = join(folder, "delivered.dcm");
      writeFileSync(file, bytes);
      const { dataset } = await readFileHeader(file);
      expect(dataset.ascii(Tag.StudyInstanceUID)).toBe(studyInstanceUid);
      expect(dataset.text(Tag.PatientID)).toBe(truth.identity.patientId);
    }
  });

  test("A-093 the same patient has the same pseudonym in another study and revision, another patient has another", async () => {
    const [first] = await copiesOf([...known][0]!);
    const again = await sent((await phantom(2)).files);
    const { files } = await phantom(3, { identity: OTHER });
    const other = await sent(files.slice(0, -1));
    await studyWhere(api, again, through);
    await studyWhere(api, other, through);
    const [second] = await copiesOf(again);
    const [third] = await copiesOf(other);
    expect(second!.pseudonym).toBe(first!.pseudonym);
    expect(second!.study_instance_uid).not.toBe(first!.study_instance_uid);
    expect(third!.pseudonym).not.toBe(first!.pseudonym);

    // a late image: the whole study goes once more, under the same names, and the first copy stays
    await send(files.slice(-1));
    await api.call("PUT", "/api/force-stable", { id: other });
    await studyWhere(api, other, (study) => study.revision === 2 && through(study));
    const [old, late] = await copiesOf(other);
    expect(old).toEqual(third);
    expect(late).toMatchObject({ revision: 2, files: files.length, pseudonym: third!.pseudonym });
    expect(late!.study_instance_uid).toBe(third!.study_instance_uid);
    const trees = join(site.folder, "data/files/deidentified");
    for (const { folder: kept, files: count } of [old!, late!])
      expect(readdirSync(join(trees, kept))).toHaveLength(count + 1);
  });

  test("manifests are chained over all studies of the site, and what a pseudonym stands for is sealed", async () => {
    const { rows: links } = await database.query<{
      number: string;
      sha256: string;
      previous_sha256: string | null;
    }>("select number, sha256, previous_sha256 from manifest_link order by number");
    expect(links.map(({ number }) => Number(number))).toEqual(links.map((_, index) => index + 1));
    expect(links.map((link) => link.previous_sha256)).toEqual([
      null,
      ...links.slice(0, -1).map((one) => one.sha256),
    ]);
    const { rows } = await database.query("select * from patient_pseudonym cross join study_pseudonym");
    const vault = JSON.stringify(rows);
    for (const value of ["PHANTOM", "PHOTHER"]) expect(vault).not.toContain(value);
    expect(readdirSync(join(site.folder, "data/files/work"))).toEqual([]);
  });

  test("a copy that would give a patient a second pseudonym is refused, and leaves no file", async () => {
    const change = (from: string, to: string) =>
      database.query("update patient_pseudonym set pseudonym = $2 where pseudonym = $1", [from, to]);
    const [{ pseudonym } = { pseudonym: "" }] = await copiesOf([...known][0]!);
    await change(pseudonym, "P-before");
    const id = await sent((await phantom(5)).files);
    const { steps } = await studyWhere(api, id, ({ status }) => status === "failed");
    await change("P-before", pseudonym);
    expect(steps.at(-1)).toMatchObject({
      phase: "deidentify",
      state: "rejected",
      code: "vault.patient-conflict",
    });
    const tree = readdirSync(join(site.folder, "data/files/deidentified"), { recursive: true }).map(String);
    expect(tree.filter((path) => path.includes(steps.at(-1)!.id))).toEqual([]);
    expect(await copiesOf(id)).toEqual([]);
  });

  test("a result that names another patient's study is refused, and kept nowhere", async () => {
    const [wrong] = await copiesOf([...known][0]!);
    writeFileSync(join(outbox, "mix-up"), wrong!.id);
    const identity = { ...OTHER, patientId: "PHTHIRD-3" };
    const id = await sent((await phantom(4, { identity })).files);
    const { study, steps, results, timeline } = await studyWhere(api, id, through);
    rmSync(join(outbox, "mix-up"));
    expect(study.status).toBe("failed");
    expect(results).toEqual([]);
    const process = steps.find(({ phase }) => phase === "process");
    expect(process).toMatchObject({ state: "rejected", code: "result.wrong-patient" });
    const refused = timeline.find(({ event }) => event === "result.refused");
    expect(refused?.detail).toMatchObject({ code: "result.wrong-patient", wrong: ["study", "patient"] });
    expect(JSON.stringify([process, refused])).not.toContain(wrong!.pseudonym);
  });
});
