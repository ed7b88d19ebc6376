// Finds where sources deal with an attribute, and tells deciding, reading and writing apart.
import type { Attribute } from "./attribute.ts";

export type Role = "decides" | "writes" | "reads" | "mentions" | "declares";

export interface Sighting {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly role: Role;
  readonly text: string;
}

/** `0010,0010`, `0x00100010`, `"00100010"`; an `x` stands for any digit, as in `(50xx,xxxx)`. */
const TAG = /(?<![\w.])(?:0x([0-9a-f]{8})\b|"([0-9a-fx]{8})"|([0-9a-fx]{4}),\s?([0-9a-fx]{4})\b)/gi;
const DECLARATIONS = "sdk/dicom/tags.ts";
/** Files of rules: `rules.ts`, `lossless-check.ts`, `basic-profile.json`. */
const RULE_FILE =
  /(?:^|[-/.])(?:rules?|profiles?|actions?|polic(?:y|ies)|checks?|attributes)\b[^/]*\.(?:ts|json|yaml)$/;
/** Words of a rule, and comparisons. */
const RULE = /\b(?:action|remove|keep|replace|clean|empty|dummy|pseudonym|redact|hold|reject)\w*\b|[!=]==/i;
const LONGEST_TEXT = 150;

/** @param sources text by path */
export function sightings({ tag, keyword }: Attribute, sources: ReadonlyMap<string, string>): Sighting[] {
  const word = keyword === undefined ? undefined : new RegExp(`\\b${keyword}\\b`);
  return [...sources].flatMap(([file, text]) => {
    const lines = text.split("\n");
    return lines.flatMap((line, index): Sighting[] => {
      const code = withoutComment(line);
      const byKeyword = word?.test(code) ?? false;
      if (!byKeyword && !namesTag(code, tag)) return [];
      const seen = { file, line: index + 1, text: textAt(file, lines, index) };
      return [{ ...seen, role: roleOf(file, code, keyword, seen.text) }];
    });
  });
}

/** Of a private attribute only the group stands in the sources; the rest depends on who reserved the block. */
function namesTag(code: string, tag: string): boolean {
  const group = tag.slice(0, 4);
  const isPrivate = Number.parseInt(group, 16) % 2 === 1;
  if (isPrivate && new RegExp(`\\b0x${group}\\b`, "i").test(code)) return true;
  return [...code.matchAll(TAG)].some((match) => {
    const written = (match[1] ?? match[2] ?? `${match[3]}${match[4]}`).toLowerCase();
    return [...written].every((digit, index) => digit === "x" || digit === tag[index]);
  });
}

function roleOf(file: string, code: string, keyword: string | undefined, whole: string): Role {
  if (file === DECLARATIONS) return "declares";
  const inPlugin = file.startsWith("plugins/");
  if (file.endsWith(".json") || file.endsWith(".yaml")) return inPlugin ? "decides" : "mentions";
  const bare = code.replaceAll(/"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g, '""');
  const inCode = keyword !== undefined && new RegExp(`\\b${keyword}\\b`).test(bare);
  const asLiteral = /"\(?[0-9a-fx]{4},?[0-9a-fx]{4}\)?"|0x[0-9a-f]{4}/i.test(code);
  // words for people, not for the program: settings, messages, how to mend
  if (!inCode && !asLiteral && !new RegExp(`"${keyword}"`).test(code)) return "mentions";
  if (RULE_FILE.test(file) || (inPlugin && RULE.test(whole))) return "decides";
  if (keyword !== undefined && new RegExp(`(?<!\\.)\\b${keyword}\\??:`).test(code)) return "writes";
  return "reads";
}

const withoutComment = (line: string): string => line.replace(/^\s*(?:\/\/|\/?\*).*$|(?<=\s)\/\/ .*$/, "");

/** Of a table in JSON the whole entry, because its action stands on a line of its own. */
function textAt(file: string, lines: readonly string[], index: number): string {
  if (!file.endsWith(".json")) return shorten(lines[index] ?? "");
  const from = lines.slice(0, index + 1).findLastIndex((line) => line.includes("{"));
  const to = lines.findIndex((line, at) => at >= index && line.includes("}"));
  const entry = lines.slice(Math.max(from, index - 12), Math.min(to, index + 12) + 1);
  return shorten(entry.map((line) => line.trim()).join(" "));
}

const shorten = (text: string): string => {
  const line = text.trim();
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)} …` : line;
};
