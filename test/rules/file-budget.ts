// The house rules for a single source file: length, first line, name. Line width is checked by the formatter.

const CEILING = 400;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*$/;
const VAGUE = /(?:^|[-/.])(utils?|helpers?|misc|common|managers?|stuff)(?=[-/.]|$)/;
/** The migration tool names its files by the time they were made, and finds them by that name. */
const NAMED_BY_TOOL = /^core\/database\/migrations\/Migration\d+_\w+\.ts$/;

export const lengthOf = (text: string): number => text.split("\n").length - 1;

/** The length that this share of all files does not exceed. */
export function shareBelow(lengths: readonly number[], share: number): number {
  const sorted = lengths.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
}

/** @param path from the root of the repository */
export function fileProblems(path: string, text: string): string[] {
  if (NAMED_BY_TOOL.test(path)) return [];
  const name = path.split("/").at(-1) ?? "";
  const lines = lengthOf(text);
  const [vague] = VAGUE.exec(path)?.slice(1) ?? [];
  const found: [boolean, string][] = [
    [lines > CEILING, `has ${lines} lines, ${CEILING} are allowed`],
    [!/^(#!.*\n)?(\/\/ |\/\*\* )\S/.test(text), "begins with no comment that says what it is for"],
    [!path.split("/").every((part) => KEBAB.test(part)), "is not in kebab-case"],
    [vague !== undefined, `has a name that says nothing: "${vague}"`],
    [/^index\.tsx?$/.test(name) && !path.startsWith("sdk/"), "is an index.ts outside of sdk"],
  ];
  return found.filter(([wrong]) => wrong).map(([, problem]) => `${path} ${problem}`);
}
