// The benches run, say what they promise to say, and fail when a server loses or refuses an object.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IntakeRefusal } from "@thalamus/sdk";
import { recordingMetrics } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, test } from "vitest";
import { openLog } from "../../core/observe/log.ts";
import { withDefaults } from "../../core/plugins/plugin-settings.ts";
import dicomScp from "../../plugins/dicom-scp/plugin.ts";
import { ofTheDay } from "../support/of-the-day.ts";
import { parseOptions } from "./kit/bench-options.ts";
import type { Machine } from "./kit/machine.ts";
import { LoadClient } from "./load/load-client.ts";
import { writeMrCorpus } from "./load/mr-corpus.ts";
import { SeriesRunner } from "./receive/receive-series.ts";
import type { Ratio, ServerResult } from "./receive/receive-summary.ts";
import { checkFiles, type ReceiverKind } from "./servers/receiver.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-bench-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Document {
  readonly machine: Machine;
  readonly receive: {
    readonly objects: number;
    readonly largestObject: number;
    readonly skipped: readonly { server: string; why: string }[];
    readonly results: readonly ServerResult[];
    readonly ratios: readonly Ratio[];
    readonly failures: readonly string[];
  };
}

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

const bench = (...words: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const file = join(import.meta.dirname, "bench.ts");
    execFile(process.execPath, [file, ...words], { maxBuffer: 1e7 }, (error, output, errors) =>
      resolve({ code: Number(error?.code ?? 0), output, errors }),
    );
  });

/** Of the receive bench. */
const ASSOCIATIONS = ofTheDay([1, 4], 1);
/** Benches that are run, beside those of products. */
const BENCHES = ofTheDay(["receive", "churn", "upload", "list"], 2);

// each starts servers one after the other, and may have to wait for a busy machine
describe("npm run bench", { timeout: 240_000 }, () => {
  test("product measures the fit in one thread and in two, and the results are the same bits", async () => {
    const { code, output, errors } = await bench("product", "--quick", "--json");
    expect(code, errors).toBe(0);
    const { product } = JSON.parse(output);
    const measured = product.results.map((result: { work: string; threads: number }) => [
      result.work,
      result.threads,
    ]);
    for (const work of ["tensor fit", "free water"]) {
      for (const threads of [1, 2]) expect(measured).toContainEqual([work, threads]);
    }
    expect(product.failures).toEqual([]);
  });

  test.runIf(BENCHES.includes("receive"))(
    "receive measures the hub and every installed peer, and all of them stored every object",
    async () => {
      const short = ["--quick", "--objects", "100", "--associations", ASSOCIATIONS.join(), "--json"];
      const peers = ofTheDay(["sink-flush", "storescp", "orthanc"], 1);
      const servers = ["hub", "hub-two", ...peers];
      const { code, output, errors } = await bench("receive", ...short, "--servers", servers.join());
      expect(errors).not.toContain("FAILED");
      expect(code, errors).toBe(0);
      const { machine, receive } = JSON.parse(output) as Document;
      expect(machine).toMatchObject({
        node: process.version,
        fileSystem: expect.stringMatching(/^(?!tmpfs)/),
      });
      expect(receive).toMatchObject({ objects: 100, failures: [] });
      expect(receive.largestObject).toBeGreaterThan(130_000);

      const skipped = receive.skipped.map(({ server }) => server);
      const expected = peers.filter((peer) => !skipped.includes(peer));
      for (const associations of ASSOCIATIONS) {
        const own = receive.results.filter((result) => result.associations === associations);
        expect(own.map(({ server }) => server)).toEqual(["hub", "hub-two", ...expected]);
        const ratios = receive.ratios.filter((ratio) => ratio.associations === associations);
        expect(ratios.map(({ hub, peer }) => `${hub} / ${peer}`)).toEqual([
          ...expected.map((peer) => `hub / ${peer}`),
          ...expected.map((peer) => `hub-two / ${peer}`),
        ]);
      }
      for (const result of receive.results) {
        for (const value of ["objectsPerSecond", "cpuPer1000", "rssMb", "p50Ms", "p99Ms"] as const) {
          const { median, min, max } = result[value];
          expect(median, `${value} of ${result.server}`).toBeGreaterThan(0);
          expect([min, max]).toEqual([median, median]);
        }
        expect(result.p99Ms.median).toBeGreaterThanOrEqual(result.p50Ms.median);
        const stored = `${result.associations} associations`;
        expect(errors).toMatch(new RegExp(`${result.server} +${stored} .*all stored`));
      }
    },
  );

  test.runIf(BENCHES.includes("churn"))(
    "churn sends every object over an association of its own",
    async () => {
      const { code, output, errors } = await bench(
        "churn",
        "--quick",
        "--objects",
        "40",
        "--servers",
        "hub",
        "--json",
      );
      expect(code, errors).toBe(0);
      const { churn } = JSON.parse(output) as { churn: Document["receive"] };
      expect(churn.results.map(({ server, associations }) => [server, associations])).toEqual([["hub", 4]]);
    },
  );

  test.runIf(BENCHES.includes("upload"))(
    "upload sends a study whole, with bounded memory, beside curl, cp, zip and yazl",
    async () => {
      const { code, output, errors } = await bench("upload", "--quick", "--json");
      expect(errors).not.toContain("FAILED");
      expect(code, errors).toBe(0);
      const { upload } = JSON.parse(output) as { upload: { sent: { seconds: number }[]; bytes: number } };
      expect(upload.bytes).toBeGreaterThan(40_000_000);
      expect(upload.sent).toHaveLength(1);
    },
  );

  test.runIf(BENCHES.includes("list"))(
    "A-008 list asks for lists, counts and searches through HTTP, and every answer is a right one",
    async () => {
      const { code, output, errors } = await bench("list", "--quick", "--studies", "500", "--json");
      expect(errors).not.toContain("FAILED");
      expect(code, errors).toBe(0);
      const { list } = JSON.parse(output) as { list: { rows: { name: string; p50: number; p95: number }[] } };
      const names = list.rows.map(({ name }) => name);
      expect(names).toEqual(
        expect.arrayContaining([
          "list: deep pages",
          "list: tab counts",
          "search: find patient",
          "all of list",
        ]),
      );
      for (const { p50, p95 } of list.rows) expect(p95).toBeGreaterThanOrEqual(p50);
    },
  );

  test.each([
    [["recieve"], "no such bench: recieve; there are"],
    [["receive", "--runs", "0"], "--runs wants whole numbers above zero"],
    [["receive", "--servers", "hub,pacs"], "no such server: pacs"],
    [["receive", "--dir", "/dev/shm"], "not on a disk"],
  ])("%j is refused", async (words, why) => {
    const { code, errors } = await bench(...words);
    expect(errors).toContain(why);
    expect(code).toBe(1);
  });
});

describe("a server that is not what it seems", () => {
  test("objects that were not stored, or not whole, are noticed", () => {
    const files = join(folder, "files");
    mkdirSync(files);
    const sent = { objects: 2, bytes: 2000 };
    writeFileSync(join(files, "1.dcm"), Buffer.alloc(1350));
    expect(checkFiles(files, sent)).toBe("1 files of 2 objects");
    writeFileSync(join(files, "2.dcm"), Buffer.alloc(349));
    expect(checkFiles(files, sent)).toBe("1699 bytes in files, 2000 were sent");
    writeFileSync(join(files, "2.dcm"), Buffer.alloc(1350));
    expect(checkFiles(files, sent)).toBeUndefined();
  });

  test("objects that were refused are counted as failures", async () => {
    const corpus = join(folder, "corpus");
    writeMrCorpus(corpus, 6);
    await using client = await LoadClient.start(corpus);
    const options = parseOptions(["--quick", "--objects", "6"]);
    const manner = { associations: [2], churn: false };
    const runner = new SeriesRunner({ folder, options, progress: () => undefined }, client, manner);
    const { failures } = await runner.run(refusingReceiver, 0);
    expect(failures).toEqual([
      "full: 6 objects were answered 0xA700",
      "full: 6 objects were answered 0xA700",
    ]);
  });
});

/** Takes every object, keeps none, and says so. */
const refusingReceiver: ReceiverKind = {
  name: "full",
  durability: "nothing",
  missing: () => undefined,
  start: async () => {
    const settings = withDefaults(dicomScp.settings, { host: "127.0.0.1", port: 0, aeTitle: "FULL" });
    const refuse = () => Promise.reject(new IntakeRefusal("intake.out-of-space", "the disk is full"));
    const writer = { write: () => undefined, finish: refuse, abandon: () => undefined };
    const intake = { open: () => ({ receive: () => writer, close: async () => undefined }) };
    const log = openLog({ level: "error", terminal: false });
    const listener = await dicomScp.start({ settings, log, intake, metrics: recordingMetrics() });
    return {
      pid: process.pid,
      port: listener.address.port,
      calledAe: "FULL",
      check: async () => undefined,
      [Symbol.asyncDispose]: () => listener.stop(),
    };
  },
};
