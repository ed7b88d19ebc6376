// Every error code is in docs/error-codes.md, and every code on that page is in use.
import { describe, expect, test } from "vitest";
import { registeredCodes } from "../../tools/gen/error-codes.ts";
import { usedCodes } from "./error-codes.ts";
import { sourcesIn } from "./repository.ts";

/** Tests use codes of their own, and templates get the name of a plugin when one is made of them. */
const isTest = (file: string): boolean => /\.test\.|\/testing\/|^tools\/plugin-templates\//.test(file);
const sources = [...sourcesIn(["core", "sdk", "plugins", "tools"])].filter(([file]) => !isTest(file));
const used = usedCodes(new Map(sources));
const registered = registeredCodes();

describe("docs/error-codes.md", () => {
  test("has every code that core, SDK, plugins, products and commands use", () => {
    const known = new Set(registered.map(({ code }) => code));
    const missing = [...used].filter(([code]) => !known.has(code));
    expect(missing.map(([code, files]) => `${code} (${files[0]})`)).toEqual([]);
  });

  test("has no code that nobody uses, and none twice", () => {
    // codes made of a part that is known only at run time cannot be found in the sources
    const fixed = registered.map(({ code }) => code).filter((code) => !code.includes("<"));
    expect(fixed.filter((code) => !used.has(code))).toEqual([]);
    expect(fixed.filter((code, index) => fixed.indexOf(code) !== index)).toEqual([]);
    expect(fixed.length).toBeGreaterThan(80);
  });

  test("tells what each code means and what to do, in sentences", () => {
    for (const { code, meaning, whatToDo } of registered) {
      expect(meaning, code).toMatch(/^\S.*\.$/);
      expect(whatToDo, code).toMatch(/^\S.*[.`]$/);
    }
  });
});

describe("the search for codes", () => {
  const codesIn = (file: string, text: string) => [...usedCodes(new Map([[file, text]])).keys()];

  test("finds codes wherever they stand, and passes by events, file names and comments", () => {
    const text = `
      // throws "intake.in-comment"
      throw new Permanent("fax.busy", "…");
      throw new ApiError(404, "fax.none", "…");
      return { code: "hub.odd", status };
      const table = { "intake.full": 1 };
      log.warn("intake.noticed", { file: "job.json" });
      await journal(em, { event: "access.changed" });
    `;
    expect(codesIn("core/fax.ts", text).toSorted()).toEqual([
      "fax.busy",
      "fax.none",
      "hub.odd",
      "intake.full",
    ]);
    expect(codesIn("plugins/deliver-fax/plugin.ts", 'abort("deliver-fax.jam");')).toEqual([
      "deliver-fax.jam",
    ]);
  });

  test("puts the plugin's name in front of codes that a shared part of the SDK makes", () => {
    const found = usedCodes(
      new Map([
        [
          "sdk/send.ts",
          `export async function send(plugin: string) { throw new Permanent(\`\${plugin}.lost\`, 1); }`,
        ],
        ["plugins/deliver-fax/plugin.ts", 'return send("deliver-fax", step);'],
      ]),
    );
    expect([...found.keys()]).toEqual(["deliver-fax.lost"]);
  });

  test("finds the codes of products", () => {
    const text =
      'type Code =\n  | "NO_FILM"\n  | "JAM";\nthrow new Unsuitable(\n  "NO_INK",\n  "…");\nconst env = "PATH_X";';
    expect(codesIn("plugins/x/products/fax/main.ts", text).toSorted()).toEqual(["JAM", "NO_FILM", "NO_INK"]);
  });
});
