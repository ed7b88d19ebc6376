// What the hub declares for screens has its line in each language; and no line is left of what it does not say any more.
import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import german from "../../admin/src/languages/german.json" with { type: "json" };
import germanHub from "../../admin/src/languages/german-hub.json" with { type: "json" };
import { registeredCodes } from "./error-codes.ts";
import { hubTexts } from "./hub-texts.ts";
import { ownPlugins } from "./own-plugins.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const FAULT = "fault.";

type Texts = Readonly<Record<string, string>>;

describe.each([["german-hub.json", german as Texts, germanHub as Texts]])("%s", (_file, console, hub) => {
  test("lacks no title and help of settings, no permission, role or event, and has none beside them", async () => {
    const declared = hubTexts(await ownPlugins());
    const said = new Set(declared);
    // titles of services and of work that comes again stand where they are made
    const sources = globSync("core/**/*.ts", { cwd: ROOT }).map((file) =>
      readFileSync(resolve(ROOT, file), "utf8"),
    );
    const isSaid = (text: string) =>
      said.has(text) || sources.some((source) => source.includes(JSON.stringify(text)));
    const own = Object.keys(hub).filter((text) => !text.startsWith(FAULT));
    expect({
      missing: declared.filter((text) => (hub[text] ?? console[text]) === undefined),
      unused: own.filter((text) => !isSaid(text)),
      twice: own.filter((text) => console[text] !== undefined),
    }).toEqual({ missing: [], unused: [], twice: [] });
  });

  test("has words for codes of errors that there are, without values that it does not get", () => {
    const codes = new Set(registeredCodes().map(({ code }) => code));
    const faults = Object.entries(hub).filter(([name]) => name.startsWith(FAULT));
    expect(faults.filter(([name]) => !codes.has(name.slice(FAULT.length)))).toEqual([]);
    expect(faults.filter(([, text]) => text === "" || text.includes("%{"))).toEqual([]);
    expect(faults.length).toBeGreaterThan(50);
  });
});
