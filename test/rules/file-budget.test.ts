// Files stay small, say what they are for, and are named by a word of the trade.
import { describe, expect, test } from "vitest";
import { fileProblems, lengthOf, shareBelow } from "./file-budget.ts";
import { sourcesIn } from "./repository.ts";

const files = [...sourcesIn()].filter(([path]) => !/\.gen\./.test(path));
const lengths = files.map(([, text]) => lengthOf(text));

describe("the files of the repository", () => {
  test("have at most 400 lines, half of them at most 110, nine of ten at most 260", () => {
    expect(files.length).toBeGreaterThan(300);
    expect(shareBelow(lengths, 0.5)).toBeLessThanOrEqual(110);
    expect(shareBelow(lengths, 0.9)).toBeLessThanOrEqual(260);
  });

  test("begin with a sentence that says what they are for, and have names that say what is in them", () => {
    expect(files.flatMap(([path, text]) => fileProblems(path, text))).toEqual([]);
  });
});

const GOOD = "// Counts sheep.\nexport const sheep = 1;\n";

describe("the check of files", () => {
  test.each([
    ["core/sheep.ts", `${GOOD}${"//\n".repeat(400)}`, "has 402 lines"],
    ["core/sheep.ts", "export const sheep = 1;\n", "begins with no comment"],
    ["core/sheepCounter.ts", GOOD, "is not in kebab-case"],
    ["core/Sheep.ts", GOOD, "is not in kebab-case"],
    ["core/sheep-utils.ts", GOOD, 'says nothing: "utils"'],
    ["core/helpers/sheep.ts", GOOD, 'says nothing: "helpers"'],
    ["core/sheep-manager.test.ts", GOOD, 'says nothing: "manager"'],
    ["core/sheep/index.ts", GOOD, "is an index.ts outside of sdk"],
  ])("finds what is wrong with %s", (path, text, words) => {
    expect(fileProblems(path, text)).toEqual([expect.stringContaining(words)]);
  });

  test("has nothing against a file as it should be", () => {
    for (const path of ["core/sheep.ts", "sdk/index.ts", "admin/vite.config.ts"]) {
      expect(fileProblems(path, GOOD)).toEqual([]);
    }
    expect(shareBelow([1, 2, 3, 4, 100], 0.5)).toBe(3);
    expect(shareBelow([1, 2, 3, 4, 5, 6, 7, 8, 9, 100], 0.9)).toBe(9);
  });
});
