// Every text that the console shows is said: one that stands in the code as it is shown would stay English in each language.
import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseSync } from "vite";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");

/** What is called the same in every language; and what is typed to confirm, which the hub compares. */
const NAMES =
  /^(Thalamus|HTTPS|TLS|PostgreSQL|SHA-256|CPU|DICOM|NIfTI|PDF|JSON|CSV|SAML|AE title|delete|update)$/;
/** `name@sha256:…`, `image/png` */
const ADDRESS = /^\S+[/@]\S*$/;
/** What stands in them is code. */
const CODE = new Set(["code", "pre", "kbd", "style"]);
const SAYS = new Set(["say", "sayWith", "phrase"]);
/** Attributes and fields that are read by people. */
const SHOWN = new Set(
  "alt aria-label failed fitLabel help helperText hint label placeholder stillWorks title verb what whyNot word words".split(
    " ",
  ),
);
const WORD = /[A-Za-z]{2,}/;
/** `Two words`, `this and that`; not `1px solid` and not `image/png`. */
const SENTENCE = /(^|[\s:…§])[A-Za-z][a-z]+,? (?:[a-z]{2,}|§)/;
const NO_TEXT = /[0-9§](px|fr|%|m?s)\b|[&(]|^(auto|inset|none) |solid|sans-serif|Mui|\[role=|noopener/;

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** The name of a JSX element, an attribute, a field or a function. */
function nameOf(value: unknown): string {
  if (!isNode(value)) return "";
  const { name, value: text, property } = value;
  if (isNode(property)) return nameOf(property);
  return typeof name === "string" ? name : typeof text === "string" ? text : nameOf(name);
}

/** Of a literal or a template; `§` where a value stands. */
function textOf(node: Node): string | undefined {
  if (node.type === "Literal" && typeof node["value"] === "string") return node["value"];
  if (node.type !== "TemplateLiteral") return undefined;
  return (node["quasis"] as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join("§");
}

function unsaidIn(source: string, file: string): string[] {
  const found: string[] = [];
  const tell = ({ start }: Node, text: string) =>
    found.push(`${file}:${source.slice(0, start).split("\n").length} ${text.trim()}`);
  const visit = (value: unknown, shown: boolean): void => {
    if (Array.isArray(value)) {
      for (const one of value) visit(one, shown);
      return;
    }
    if (!isNode(value) || value.type.startsWith("TS") || value.type === "ImportDeclaration") return;
    if (value.type === "CallExpression" && SAYS.has(nameOf(value["callee"]))) {
      visit((value["arguments"] as unknown[]).slice(1), false);
      return;
    }
    // whoever reads an error in the log reads English
    if (value.type === "NewExpression" && nameOf(value["callee"]).endsWith("Error")) return;
    if (value.type === "BinaryExpression") return;
    if (value.type === "JSXElement" && CODE.has(nameOf((value["openingElement"] as Node)["name"]))) return;
    if (value.type === "JSXText") {
      const text = String(value["value"]).trim();
      if (WORD.test(text) && !NAMES.test(text)) tell(value, text);
      return;
    }
    const text = textOf(value);
    if (text !== undefined && !NAMES.test(text.trim()) && !NO_TEXT.test(text) && !ADDRESS.test(text)) {
      if (shown ? WORD.test(text.replaceAll("§", "")) : SENTENCE.test(text)) tell(value, text);
    }
    const isField = value.type === "JSXAttribute" || value.type === "Property";
    const within = isField ? SHOWN.has(nameOf(value["name"] ?? value["key"])) : shown;
    // what a function or a call in such a place gets is looked at for itself
    const isOpen = /Function|CallExpression|JSXElement|ObjectExpression/.test(value.type);
    for (const [name, field] of Object.entries(value)) if (name !== "key") visit(field, within && !isOpen);
  };
  visit(parseSync(file, source).program, false);
  return found;
}

test("no text stands in the code as it is shown", () => {
  const files = ["sdk/ui", "admin/src"].flatMap((folder) =>
    globSync(`${folder}/**/*.{ts,tsx}`, {
      cwd: ROOT,
      exclude: (name) => name.includes(".test.") || name.endsWith("api.gen.ts"),
    }),
  );
  const found = files.flatMap((file) => unsaidIn(readFileSync(resolve(ROOT, file), "utf8"), file));
  expect(found).toEqual([]);
});

test("a text that is not said is found, one that is said and what is no text are not", () => {
  const found = (source: string) => unsaidIn(source, "page.tsx").map((one) => one.replace(/^\S+ /, ""));
  expect(found('const a = <p title="Two of them">{say("All")} are gone</p>;')).toEqual([
    "Two of them",
    "are gone",
  ]);
  expect(found(`const a = \`\${count} studies wait\`;`)).toEqual(["§ studies wait"]);
  expect(found('const a = { word: "Done", tone: "good" };')).toEqual(["Done"]);
  expect(
    found('const a = <Box sx={{ border: "1px solid" }} id="one-two"><code>npm start</code></Box>;'),
  ).toEqual([]);
});
