// Plugins that are not in this repository: by path and by package name, good ones and broken ones.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterEach, describe, expect, test } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import { ApiClient } from "../support/api-client.ts";
import {
  DICOM_LISTENER,
  type HubProcess,
  hubAsProcess,
  hubInProcess,
  newSite,
  type TestSite,
} from "../support/hub-in-test.ts";
import { builtPackage, CHECK_SIZE, DELIVER_NOWHERE, writeFilesInto } from "../support/outside-plugins.ts";
import { onlyStudy, studyWhere } from "../support/study-watch.ts";

interface Report {
  readonly name: string;
  readonly kind: string;
  readonly version: string;
  readonly state: string;
  readonly problem?: string;
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A site with these files beside its configuration. */
async function siteWith(
  plugins: readonly object[],
  files: Record<string, string>,
  route = {},
): Promise<TestSite> {
  const site = await newSite({ plugins, route });
  closing.push(() => site.remove());
  writeFilesInto(site.folder, files);
  return site;
}

async function started(site: TestSite): Promise<{ hub: HubProcess; api: ApiClient; reports: Report[] }> {
  const hub = await hubAsProcess(site);
  closing.push(() => hub.kill());
  const api = await ApiClient.signedIn(hub.httpPort);
  const { body } = await api.call<{ plugins: Report[] }>("GET", "/api/status");
  return { hub, api, reports: body.plugins };
}

/** What the hub printed before it ended without having started. */
async function refusalOf(site: TestSite): Promise<string> {
  const hub = await hubAsProcess(site).then(
    (running) => running.kill().then(() => undefined),
    (error: Error) => error,
  );
  if (!hub) throw new Error("the hub started");
  expect(hub.message).toContain("the hub ended with 1");
  return hub.message;
}

const lineOf = (file: string, text: string): number =>
  readFileSync(file, "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text)) + 1;

const CHECK_FILES = {
  "mine/check-size/plugin.ts": CHECK_SIZE,
  "mine/check-size/package.json": JSON.stringify({ name: "check-size", version: "2.1.0", type: "module" }),
};

describe("a plugin from outside", () => {
  test("runs as TypeScript by path and as built JavaScript by package name, and its verdict counts", async () => {
    const plugins = [
      DICOM_LISTENER,
      { path: "./mine/check-size", settings: { fewest: 1000 } },
      { package: "@acme/plugin-deliver-nowhere" },
    ];
    const files = {
      ...CHECK_FILES,
      ...builtPackage("@acme/plugin-deliver-nowhere", "3.0.1", DELIVER_NOWHERE),
    };
    const site = await siteWith(plugins, files, { check: ["check-size"], deliver: ["deliver-nowhere"] });
    const { hub, api, reports } = await started(site);
    expect(reports.slice(1)).toEqual([
      { name: "check-size", plugin: "check-size", kind: "check", version: "2.1.0", state: "running" },
      {
        name: "deliver-nowhere",
        plugin: "deliver-nowhere",
        kind: "deliver",
        version: "3.0.1",
        state: "running",
      },
    ]);
    const { files: study } = await writeDwiPhantom(join(site.folder, "study"), {
      matrix: 16,
      slices: 2,
      directions: 6,
    });
    const peer = { host: "127.0.0.1", port: hub.dicomPort, calledAe: "THALAMUS", callingAe: "TESTSCU" };
    await createDicomSender().store(peer, study, AbortSignal.timeout(30_000));
    await studyWhere(api, await onlyStudy(api), ({ status }) => status === "held");
  });

  test("that is broken stops the hub, which names the line of the configuration and the line of the code", async () => {
    const built = DELIVER_NOWHERE.replace("needs: {", "needs {");
    const site = await siteWith(
      [DICOM_LISTENER, { path: "./mine/check-size" }, { package: "deliver-nowhere" }],
      {
        ...CHECK_FILES,
        ...builtPackage("deliver-nowhere", "1.0.0", built),
        "mine/check-size/plugin.ts": CHECK_SIZE.replace("needs: {},", "needs {},"),
      },
    );
    const said = await refusalOf(site);
    for (const [entry, path, file] of [
      [1, "path: ./mine", "mine/check-size/plugin.ts"],
      [2, "package: deliver", "node_modules/deliver-nowhere/dist/plugin.js"],
    ] as const) {
      const code = join(site.folder, file);
      expect(said).toContain(`plugins[${entry}] (line ${lineOf(site.configFile, path)}): `);
      expect(said).toContain(`${code}:${lineOf(code, "needs {")}: `);
    }
    expect(said).not.toContain("    at ");
  });

  test("that is broken but optional leaves the hub running without it, and says why", async () => {
    const plugins = [DICOM_LISTENER, { path: "./mine/check-size", optional: true }];
    const thrown = `throw new Error("no licence");\n${CHECK_SIZE}`;
    const site = await siteWith(plugins, { ...CHECK_FILES, "mine/check-size/plugin.ts": thrown });
    const { reports } = await started(site);
    expect(reports.map(({ name, state }) => [name, state])).toEqual([
      ["dicom-scp", "running"],
      ["check-size", "failed"],
    ]);
    expect(reports[1]?.problem).toMatch(/plugin\.ts:1: no licence$/);
  });

  test.each([
    [
      "that takes a service it did not list",
      "{ log }",
      "{ log, intake }",
      'asked for "intake" without listing it',
    ],
    [
      "that needs a service no hub has",
      "{ log: LogToken }",
      '{ fax: Symbol("fax") }',
      'needs "fax" (Symbol(fax))',
    ],
  ])("%s is refused by name", async (_, right, wrong, words) => {
    const files = builtPackage("deliver-nowhere", "1.0.0", DELIVER_NOWHERE.replace(right, wrong));
    const site = await siteWith([{ package: "deliver-nowhere" }], files);
    await expect(hubInProcess(site)).rejects.toThrow(words);
  });

  test("with wrong settings, or not there, is told together with everybody else's problems", async () => {
    const plugins = [
      { use: "dicom-scp", settings: { aeTitel: "HUB" } },
      { path: "./mine/check-size", settings: { fewest: "many" } },
      { path: "./nowhere" },
      { package: "@acme/none" },
      { path: "./mine/empty" },
    ];
    const site = await siteWith(plugins, {
      ...CHECK_FILES,
      "mine/empty/plugin.ts": "export default { kind: 1 };\n",
    });
    const said = await refusalOf(site);
    const line = (text: string) => `(line ${lineOf(site.configFile, text)})`;
    expect(said).toContain("has 5 problems");
    expect(said).toContain(`plugins[0].settings.aeTitel ${line("aeTitel")}: is not a known setting`);
    expect(said).toContain(`plugins[1].settings.fewest ${line("fewest")}: must be integer`);
    expect(said).toContain(
      `plugins[2] ${line("./nowhere")}: no plugin folder ${join(site.folder, "nowhere")}`,
    );
    expect(said).toContain("package @acme/none is not installed beside the configuration or the hub");
    expect(said).toContain("mine/empty/plugin.ts has no plugin as its default export");
  });
});
