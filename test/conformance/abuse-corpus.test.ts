// Malformed data sets by C-STORE and by upload to a real hub: every one is answered in time, and nothing dies or is left over.
import { createHash } from "node:crypto";
import { encodeFile, encodeFileMeta } from "@thalamus/sdk/dicom";
import { encodeCommand } from "@thalamus/sdk/dicom/net";
import { hasOpenssl } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { dataPdu, RawSender, storeRequest } from "../../plugins/dicom-scp/testing/raw-sender.ts";
import { tarOf } from "../support/archives.ts";
import { uploaded } from "../support/upload-client.ts";
import { designedDamage } from "./abuse/corpus/designed-damage.ts";
import { MR_IMAGE, mrDataset } from "./abuse/corpus/mr-object.ts";
import { Chance, type Mutant, SYNTAX } from "./abuse/corpus/mutant.ts";
import { randomDamage } from "./abuse/corpus/random-damage.ts";
import { HubUnderAttack, type Transport } from "./abuse/hub-under-attack.ts";

const MOST_MEGABYTES = 512;
const ANSWER_MS = 10_000;
const CORPUS_MS = 90_000;
const PROCESSING_FAILURE = 0x0110;
const OUT_OF_RESOURCES = 0xa700;
/** As many as take turns; the mutants go to them as to a queue. */
const SENDERS = 4;
const FRAGMENT = 100_000;

/** One context for each transfer syntax. */
const SYNTAXES = Object.values(SYNTAX);
const contexts = SYNTAXES.map((uid, index) => ({
  id: 2 * index + 1,
  abstractSyntax: MR_IMAGE,
  transferSyntaxes: [uid],
}));
const { SOPInstanceUID: sopInstanceUid } = mrDataset(0);

let hub: HubUnderAttack;
let mutants: readonly Mutant[];
/** Status by name. */
const answers = new Map<string, number>();
const late: string[] = [];

beforeAll(async () => {
  mutants = [...randomDamage(), ...designedDamage()];
  hub = await HubUnderAttack.start();
});
afterAll(() => hub.stop());

/** Sends mutants until none is left. */
async function sendAll(queue: (readonly [number, Mutant])[], transport: Transport): Promise<void> {
  const { port, tls } = hub.target(transport);
  const sender = new RawSender(port, tls);
  await sender.associate({ contexts });
  for (let next = queue.shift(); next; next = queue.shift()) {
    const [number, { name, bytes, transferSyntax }] = next;
    const contextId = 2 * SYNTAXES.indexOf(transferSyntax as (typeof SYNTAXES)[number]) + 1;
    const started = performance.now();
    sender.write(...storeOf(contextId, number, bytes));
    const { status = -1 } = await sender.response();
    answers.set(`${number} ${name}`, status);
    if (performance.now() - started > ANSWER_MS) late.push(name);
  }
  await sender.release();
}

function storeOf(contextId: number, number: number, bytes: Buffer): Buffer[] {
  // the name that the mutant had before it was one
  const uid = instanceUidIn(bytes) ?? sopInstanceUid;
  const object = { sopClassUid: MR_IMAGE, sopInstanceUid: uid, dataSet: bytes, file: bytes };
  const parts = [encodeCommand(contextId, storeRequest(object, (number % 0xffff) + 1), 0)];
  for (let start = 0; start === 0 || start < bytes.length; start += FRAGMENT) {
    const isLast = start + FRAGMENT >= bytes.length;
    parts.push(dataPdu({ contextId, isLast, bytes: bytes.subarray(start, start + FRAGMENT) }));
  }
  return parts;
}

function instanceUidIn(bytes: Buffer): string | undefined {
  return /1\.2\.826\.0\.1\.3680043\.10\.999\.9\.3\.\d+/.exec(bytes.toString("latin1", 0, 2000))?.[0];
}

describe("malformed data sets", () => {
  test("there are 500 and more, all different, and the same in each run", () => {
    expect(mutants.length).toBeGreaterThanOrEqual(500);
    const digests = mutants.map(({ bytes, transferSyntax }) =>
      createHash("sha256").update(transferSyntax).update(bytes).digest("hex"),
    );
    expect(new Set(digests).size).toBeGreaterThanOrEqual(500);
    const again = randomDamage().map(({ bytes }) => bytes);
    expect(again.every((bytes, index) => bytes.equals(mutants[index]?.bytes ?? Buffer.alloc(0)))).toBe(true);
  });

  test("every one is answered in time", { timeout: CORPUS_MS }, async () => {
    const queue = [...mutants.entries()];
    const transports: Transport[] = Array.from({ length: SENDERS }, (_, n) =>
      hasOpenssl && n % 2 ? "tls" : "plain",
    );
    await Promise.all(transports.map((transport) => sendAll(queue, transport)));
    expect(answers.size).toBe(mutants.length);
    expect(late).toEqual([]);
    expect([...answers].filter(([, status]) => status < 0)).toEqual([]);
    // some are so little damaged that they are taken: then damage is not what is looked for, or it is lenience
    const taken = [...answers.values()].filter((status) => status === 0).length;
    expect(taken).toBeGreaterThan(20);
    expect(taken).toBeLessThan(mutants.length / 2);
  });

  test("what cannot be read is refused, and what only looks odd is kept", () => {
    const statusOf = (part: string) =>
      [...answers].filter(([name]) => name.includes(part)).map(([, status]) => status);
    for (const broken of [
      "cut in the header",
      "in one another, open",
      "100 MB of zeros, deflated",
      "65,535 rows",
    ]) {
      expect(
        statusOf(broken).filter((status) => status === 0),
        broken,
      ).toEqual([]);
    }
    for (const odd of [
      "a good deflated object",
      "a private element of 1 MB",
      "10 sequences of SQ in one another, closed",
    ]) {
      expect(statusOf(odd), odd).toEqual([0]);
    }
  });

  test("uploaded in one archive, every one gets the verdict it got by C-STORE", {
    timeout: CORPUS_MS,
  }, async () => {
    const taken = [...answers.values()].filter((status) => status === 0).length;
    const files = mutants.map(({ bytes, transferSyntax }, number) => {
      const uid = instanceUidIn(bytes) ?? sopInstanceUid;
      const object = { sopClassUid: MR_IMAGE, sopInstanceUid: uid, transferSyntaxUid: transferSyntax };
      return { path: `${number}`, bytes: Buffer.concat([encodeFileMeta(object), bytes]) };
    });
    const upload = await uploaded(await hub.api(), await tarOf(files), {}, { timeout: CORPUS_MS });
    expect(upload).toMatchObject({ state: "done", counts: { files: mutants.length, stored: 0, revised: 0 } });
    expect(upload.counts).toMatchObject({ duplicate: taken, refused: mutants.length - taken });
  });

  test("uploaded with damage in their first bytes, all are answered", { timeout: CORPUS_MS }, async () => {
    const good = encodeFile({ ...mrDataset(0), SOPClassUID: MR_IMAGE });
    const chance = new Chance("heads of files");
    const files = Array.from({ length: 300 }, (_, number) => {
      const bytes = Buffer.from(good.subarray(0, number % 5 === 0 ? chance.below(700) : good.length));
      for (let flips = 0; flips < 1 + (number % 4) && bytes.length > 0; flips += 1) {
        bytes[chance.below(Math.min(bytes.length, 500))] = chance.below(256);
      }
      return { path: `${number}`, bytes };
    });
    const upload = await uploaded(await hub.api(), await tarOf(files), {}, { timeout: CORPUS_MS });
    const { stored, duplicate, revised, refused, skipped } = upload.counts;
    expect(upload).toMatchObject({ state: "done", counts: { files: files.length } });
    expect(stored + duplicate + revised + refused + skipped).toBe(files.length);
    expect(refused).toBeGreaterThan(50);
    expect(hub.alive).toBe(true);
  });

  test("no answer says that the hub itself failed", () => {
    const own = [PROCESSING_FAILURE, OUT_OF_RESOURCES];
    expect([...answers].filter(([, status]) => own.includes(status))).toEqual([]);
    const failed = hub
      .log()
      .filter(({ code }) => code === "dicom-scp.failed" || code === "intake.storage-failed");
    expect(failed).toEqual([]);
  });

  test("honest senders are served, and nothing is left", { timeout: 30_000 }, async () => {
    await hub.serves("plain");
    if (hasOpenssl) await hub.serves("tls");
    await vi.waitFor(
      async () => {
        expect(await hub.openAssociations()).toBe(0);
        expect(hub.descriptors().incoming).toBe(0);
      },
      { timeout: 10_000, interval: 100 },
    );
    expect(hub.alive).toBe(true);
    expect(hub.partFiles()).toEqual([]);
    expect(hub.megabytes().highest).toBeLessThan(MOST_MEGABYTES);
  });

  test("files and rows are the same objects", async () => {
    const rows = await hub.query<{ path: string }>("select distinct path from instance");
    const files = hub.names().filter((name) => name.endsWith(".dcm"));
    expect(files.map((name) => name.replace(/^data\/files\/received\//, "")).toSorted()).toEqual(
      rows.map(({ path }) => path).toSorted(),
    );
  });
});
