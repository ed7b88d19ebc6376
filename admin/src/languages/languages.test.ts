// Every text that is said has its line in each language, with the same values in it; and texts are said as they should be.
import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileSize, language, numberText, say, sayOf } from "@thalamus/sdk/ui";
import { afterEach, describe, expect, test } from "vitest";
import german from "./german.json" with { type: "json" };

const ROOT = resolve(import.meta.dirname, "../../..");
/** react-admin's own texts are known by its names for them. */
const OF_REACT_ADMIN = /^ra\./;

function textsSaid(): string[] {
  const files = ["sdk/ui", "admin/src"].flatMap((folder) =>
    globSync(`${folder}/**/*.{ts,tsx}`, { cwd: ROOT, exclude: (name) => name.includes(".test.") }),
  );
  const said = files.flatMap((file) => [
    ...readFileSync(resolve(ROOT, file), "utf8").matchAll(
      /\b(?:say|sayWith|phrase)\(\s*("(?:[^"\\]|\\.)*")/g,
    ),
  ]);
  return [...new Set(said.map(([, literal]) => JSON.parse(literal!) as string))];
}

const valuesIn = (text: string): string[] => [...new Set(text.match(/%\{\w+\}/g) ?? [])].toSorted();
const formsIn = (text: string): number => text.split(" |||| ").length;

describe.each([["german.json", german as Readonly<Record<string, string>>]])("%s", (_file, texts) => {
  test("lacks no text, and has none that nobody says: until then English stands in", () => {
    const said = textsSaid();
    const known = Object.keys(texts).filter((text) => !OF_REACT_ADMIN.test(text));
    expect({
      missing: said.filter((text) => texts[text] === undefined),
      unused: known.filter((text) => !said.includes(text)),
    }).toEqual({ missing: [], unused: [] });
  });

  test("has the values and the forms of the English", () => {
    const own = Object.entries(texts).filter(([text]) => !OF_REACT_ADMIN.test(text));
    const wrong = own.filter(
      ([text, other]) => valuesIn(text).join() !== valuesIn(other).join() || formsIn(text) !== formsIn(other),
    );
    expect(wrong).toEqual([]);
  });
});

describe("a text", () => {
  afterEach(() => language.speak("en", {}));

  test("is said in the language, with numbers as it writes them, and in English where there is none", () => {
    expect(say("%{count} images", { count: 1204 })).toBe("1,204 images");
    language.speak("de", { "%{count} images": "%{count} Bilder", "plugin.rooms.Silent rooms": "Ruheräume" });
    expect(language.now()).toBe("de");
    expect(say("%{count} images", { count: 1204 })).toBe("1.204 Bilder");
    expect(say("Nobody has translated this")).toBe("Nobody has translated this");
    expect([sayOf("rooms", "Silent rooms"), sayOf("other", "Silent rooms")]).toEqual([
      "Ruheräume",
      "Silent rooms",
    ]);
    expect([numberText(0.5), fileSize(4_120_000)]).toEqual(["0,5", "4,1 MB"]);
  });

  test("has a form for one and a form for more", () => {
    const text = "%{count} image |||| %{count} images";
    expect([say(text, { count: 1 }), say(text, { count: 0 }), say(text, { count: 2 })]).toEqual([
      "1 image",
      "0 images",
      "2 images",
    ]);
    language.speak("de", { [text]: "%{count} Bild |||| %{count} Bilder" });
    expect([say(text, { count: 1 }), say(text, { count: 7 })]).toEqual(["1 Bild", "7 Bilder"]);
  });

  test("with a value that is not given shows that it is missing", () => {
    expect(say("of %{who}")).toBe("of %{who}");
  });
});
