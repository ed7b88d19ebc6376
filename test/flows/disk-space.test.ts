// The disk runs low and fills up while many senders send: warned in time, refused in time, resumed by itself.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { Hub } from "../../core/hub.ts";
import { testObject } from "../../plugins/dicom-scp/testing/test-object.ts";
import { CHROMIUM, ConsolePage, openBrowser } from "../console/console-browser.ts";
import { SmallDisk } from "../crash/kit/small-disk.ts";
import { ApiClient } from "../support/api-client.ts";
import { DICOM_LISTENER, hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";

const hasBrowser = existsSync(CHROMIUM);
const KEEP = 30;
const WARN = 60;
const MB = 1_000_000;
const OUT_OF_RESOURCES = 0xa700;
/** Blocks of the file system that belong to files too small to fill them, and its own books. */
const ROUNDING = 1 * MB;

const disk = SmallDisk.mount(160);
const folder = mkdtempSync(join(tmpdir(), "thalamus-disk-flow-"));
const sender = createDicomSender();
let site: TestSite;
let hub: Hub;
let api: ApiClient;

beforeAll(async () => {
  if (!disk) return;
  site = await newSite({
    dataFolder: join(disk.folder, "data"),
    plugins: [
      DICOM_LISTENER,
      {
        use: "local-processing",
        settings: { productFolders: [join(import.meta.dirname, "../support/products")] },
      },
    ],
    route: { process: [{ plugin: "local-processing", product: "quick-report", params: {} }] },
    intake: { stableAfterSeconds: 3600, warnFreeMegabytes: WARN, keepFreeMegabytes: KEEP },
    steps: { longestDelaySeconds: 0.2 },
  });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub?.stop();
  site?.remove();
  disk?.[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

let objects = 0;
function objectFile(bytes: number): string {
  objects += 1;
  const path = join(folder, `${objects}.dcm`);
  writeFileSync(path, testObject(objects, bytes).file);
  return path;
}

const send = async (files: readonly string[]): Promise<number[]> => {
  const { port } = hub.listeners.get("dicom-scp")!;
  const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  return (await sender.store(peer, files, AbortSignal.timeout(30_000))).map(({ status }) => status);
};

interface Health {
  readonly status: string;
  readonly disk: string;
}
const becomes = (status: string, state: string) =>
  vi.waitFor(
    async () => {
      const { body } = await api.call<Health>("GET", "/health");
      expect([body.status, body.disk]).toEqual([status, state]);
    },
    { timeout: 10_000, interval: 50 },
  );

const message = async (): Promise<string> =>
  (await api.call<{ disk: { message: string } }>("GET", "/api/status")).body.disk.message;

/** Events of the disk, as the journal has them. */
async function journalled(): Promise<string[]> {
  const client = new pg.Client(site.databaseUrl);
  await client.connect();
  const { rows } = await client.query<{ event: string }>(
    "select event from journal where event like 'disk.%' order by id",
  );
  await client.end();
  return rows.map(({ event }) => event);
}

describe.skipIf(!disk)(
  `a disk that fills up${disk ? "" : " (SKIPPED: nothing can be mounted on this machine)"}`,
  () => {
    test("is told of at the high mark, while receiving goes on", async () => {
      await becomes("ok", "ample");
      expect(await message()).toBe("");
      disk!.fill((WARN - 1) * MB);
      await becomes("warning", "low");
      expect(await message()).toMatch(/has 5\d MB free\. .*below 30 MB .*0xA700/);
      expect(await send([objectFile(300_000)])).toEqual([0]);
    });

    test.skipIf(!hasBrowser)(
      "has a banner on every page of the console, which follows by itself",
      async () => {
        const browser = await openBrowser();
        try {
          const visit = await ConsolePage.open(browser, hub.http.port);
          await visit.signIn("/studies");
          const { page } = visit;
          await page.getByText("The disk is running low").waitFor();
          await page.getByText(/below 30 MB senders are told to try again later/).waitFor();
          await page.goto("/results");
          await page.getByText("The disk is running low").waitFor();
          await page.getByText("Live", { exact: true }).waitFor();
          disk!.fill((KEEP - 1) * MB);
          await page.getByText("The disk is full: nothing is received").waitFor();
          disk!.clear();
          await page.getByRole("alert").waitFor({ state: "detached" });
          expect(visit.errors).toEqual([]);
        } finally {
          await browser.close();
        }
        disk!.fill((WARN - 1) * MB);
        await becomes("warning", "low");
      },
    );

    test("keeps what it must keep though sixteen senders write at once between two looks", async () => {
      // 64 MB are sent where 29 MB are left
      const statuses = await Promise.all(
        Array.from({ length: 16 }, () => send([objectFile(2_000_000), objectFile(2_000_000)])),
      );
      const all = statuses.flat();
      expect(new Set(all)).toEqual(new Set([0, OUT_OF_RESOURCES]));
      expect(disk!.freeBytes).toBeGreaterThan(KEEP * MB - ROUNDING);
      // and it was no timid refusal either
      const taken = all.filter((status) => status === 0).length;
      expect(taken).toBeGreaterThan(6);
      // nothing is left of those that were refused half-way; one object came before
      const names = readdirSync(join(disk!.folder, "data/files"), { recursive: true }).map(String);
      expect(names.filter((name) => name.endsWith(".part"))).toEqual([]);
      expect(names.filter((name) => name.endsWith(".dcm"))).toHaveLength(taken + 1);
    });

    test("refuses at the low mark, still answers associations, and says what to do", async () => {
      disk!.fill((KEEP - 1) * MB);
      await becomes("failing", "full");
      expect(await message()).toMatch(/has \d+ MB free, and 30 MB are kept.*from 33 MB on/);
      expect(await send([objectFile(1000)])).toEqual([OUT_OF_RESOURCES]);
      const { port } = hub.listeners.get("dicom-scp")!;
      const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
      await sender.echo(peer, AbortSignal.timeout(10_000));
    });

    test("lets no product begin whose study does not fit once more; it waits, says why and begins by itself", async () => {
      const id = await onlyStudy(api);
      await api.call("PUT", "/api/force-stable", { id });
      const waits = await vi.waitFor(
        async () => {
          const info = (
            await api.call<{ steps: object[]; timeline: { event: string }[] }>("GET", `/api/study-info/${id}`)
          ).body;
          expect(info.steps).toMatchObject([
            { phase: "process", state: "ready", attempt: 0, code: "step.no-space" },
          ]);
          return info;
        },
        { timeout: 10_000, interval: 50 },
      );
      expect(waits.timeline.filter(({ event }) => event === "step.waits")).toHaveLength(1);
      disk!.clear();
      const { steps } = await studyWhere(api, id, ({ status }) => status === "processed");
      expect(steps[0]!.attempt).toBe(1);
    });

    test("is received on again as soon as there is room, and log and journal have told each crossing once", async () => {
      await becomes("ok", "ample");
      expect(await send([objectFile(300_000)])).toEqual([0]);
      const events = (lines: string[]) => lines.filter((event) => event.startsWith("disk."));
      const text = () => readFileSync(join(site.folder, "data/logs/hub.log"), "utf8");
      await vi.waitFor(() => expect(text()).toContain("disk.recovered"), 20_000);
      const log = text()
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { event: string }).event);
      const told = events(log);
      expect(told[0]).toBe("disk.ran-low");
      expect(told).toContain("disk.filled");
      expect(told.at(-1)).toBe("disk.recovered");
      expect(await journalled()).toEqual(told);
    });
  },
);
