// The command that tells which features have a test.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { featuresIn } from "./trace/features.ts";
import { testedIds } from "./trace/tested-ids.ts";

const idsIn = (text: string) => [...testedIds(new Map([["a.test.ts", text]])).keys()];

test("ids are taken from names of tests, in every form a name can have", () => {
  const text = `
    describe("Z-001 receiving", () => {
      test("Z-002 Z-003 stores", () => {});
      it.each([["A-999"]])("Z-004 with %s", () => {});
      test.skipIf(!there)(\`Z-005 \${why}\`, () => {});
      test(
        'Z-006 is "long"',
        () => {},
      );
    });`;
  expect(idsIn(text)).toEqual(["Z-001", "Z-002", "Z-003", "Z-004", "Z-005", "Z-006"]);
});

test("ids elsewhere in a test do not count", () => {
  expect(idsIn('// Z-001\nexpect(line.id).toBe("Z-002");\nconst wanted = ["Z-003"];')).toEqual([]);
});

test("the list has every feature once, with a name and a section", () => {
  const features = featuresIn(readFileSync(resolve(import.meta.dirname, "../docs/features.md"), "utf8"));
  expect(features).toHaveLength(471);
  expect(new Set(features.map(({ id }) => id)).size).toBe(471);
  expect(features[0]).toEqual({
    id: "A-001",
    name: "On-prem service role",
    section: "Hub: modes and end-to-end flow",
  });
});
