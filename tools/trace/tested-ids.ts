// Finds the feature ids that stand in names of tests.

/** `test("A-215 …"`, `describe.skipIf(x)('…'`, and the title behind a table: `test.each([…])("…"` */
const TITLE = /(?:\b(?:test|it|describe)(?:\.\w+)*|\))\(\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1/g;
const ID = /\b[A-Z]-\d{3}\b/g;

/** @returns files by id */
export function testedIds(tests: ReadonlyMap<string, string>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [file, text] of tests) {
    const titles = [...text.matchAll(TITLE)].map(([, , title = ""]) => title).join("\n");
    for (const id of new Set(titles.match(ID))) found.set(id, [...(found.get(id) ?? []), file]);
  }
  return found;
}
