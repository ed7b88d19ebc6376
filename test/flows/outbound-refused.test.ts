// The privacy interlock at the start of a hub: nothing that sends studies out runs without de-identification before it.
import { afterEach, describe, expect, test } from "vitest";
import { hubInProcess, newSite } from "../support/hub-in-test.ts";
import { courierEntry, TRANSFORM_ENTRY } from "../support/outbound-line.ts";
import { writeFilesInto } from "../support/outside-plugins.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A plugin as somebody writes it who knows no types. */
const SENDER = `import { ArchiveToken, eachStep, SiteKeysToken, Settings } from "@thalamus/sdk";

export default {
  kind: "process",
  name: "sender",
  title: "Sender",
  summary: "Sends studies somewhere.",
  settings: Settings({}),
  needs: {},
  takes: "deidentified",
  onInterrupted: "ask",
  products: async () => ["anything"],
  process: (steps$) => steps$.pipe(eachStep(async () => ({ kind: "skipped", reason: "It has nowhere to go." }))),
};
`;

async function startOf(plugins: readonly object[], route: object, sender = SENDER): Promise<unknown> {
  const site = await newSite({ plugins, route });
  closing.push(() => site.remove());
  writeFilesInto(site.folder, {
    "sender/plugin.js": sender,
    "sender/package.json": JSON.stringify({
      name: "sender",
      version: "1.0.0",
      type: "module",
      exports: "./plugin.js",
    }),
  });
  const hub = await hubInProcess(site);
  closing.push(() => hub.stop());
  return hub;
}

const SENDER_ENTRY = { path: "./sender" };
const COURIER = courierEntry("/nowhere");
const order = (plugin: string) => ({ plugin, product: "far-away" });

describe("a hub with a plugin that sends studies out", () => {
  test.each<[string, readonly object[], object, RegExp]>([
    [
      "and no de-identification before it",
      [COURIER],
      { process: [order("courier")] },
      /route\.process\[0\]\.plugin \(line \d+\): "courier" sends studies out of the house, and nothing de-identifies/,
    ],
    [
      "that no route names, but that a study could choose by its product",
      [SENDER_ENTRY],
      {},
      /plugins\[0\] \(line \d+\): "sender" sends studies out of the house, and nothing de-identifies/,
    ],
    [
      "and another kind of plugin where the transform should be",
      [COURIER, { use: "qc-dicom" }],
      { deidentify: ["qc-dicom"], process: [order("courier")] },
      /route\.deidentify\[0\] \(line \d+\): "qc-dicom" is a plugin of kind check, here one of kind transform is wanted/,
    ],
    [
      "and a transform that is not there",
      [COURIER],
      { deidentify: ["deid"], process: [order("courier")] },
      /route\.deidentify\[0\] \(line \d+\): no entry under plugins is named "deid"/,
    ],
    [
      "and two transforms",
      [COURIER, TRANSFORM_ENTRY, { ...TRANSFORM_ENTRY, name: "deid-2" }],
      { deidentify: ["deid", "deid-2"], process: [order("courier")] },
      /route\.deidentify/,
    ],
  ])("%s does not start, and says why", async (_, plugins, route, message) => {
    await expect(startOf(plugins, route)).rejects.toThrow(message);
  });

  test.each([
    ["the archive of received files", "archive: ArchiveToken"],
    ["the keys of the site", "keys: SiteKeysToken"],
  ])("that asks for %s does not start", async (what, need) => {
    const sender = SENDER.replace("needs: {}", `needs: { ${need} }`);
    const plugins = [TRANSFORM_ENTRY, SENDER_ENTRY];
    const started = startOf(plugins, { deidentify: ["deid"] }, sender);
    await expect(started).rejects.toThrow(`"sender" sends studies out of the house and may not have ${what}`);
  });

  test("that does not say what it takes does not start", async () => {
    const sender = SENDER.replace('  takes: "deidentified",\n', "");
    const started = startOf([TRANSFORM_ENTRY, SENDER_ENTRY], { deidentify: ["deid"] }, sender);
    await expect(started).rejects.toThrow(
      'its declaration must say takes: "received" or takes: "deidentified"',
    );
  });

  test("and a transform before it starts", async () => {
    const route = { deidentify: ["deid"], process: [order("courier")] };
    await startOf([TRANSFORM_ENTRY, COURIER, SENDER_ENTRY], route);
  });
});
