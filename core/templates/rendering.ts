// Writes a text by a template's tree: names are looked up one by one, nothing of a site's is ever run as code.
import type { TemplateForm } from "@thalamus/sdk";
import { type Node, type Program, problemAt, problemIn } from "./parsed-template.ts";
import { FUNCTIONS, isTruthy, Unwritable } from "./template-functions.ts";
import type { TextWriter } from "./text-writer.ts";
import { writerFor } from "./writers.ts";

/** Statements and rounds of loops. */
const MOST_STEPS = 200_000;
/** Characters; a report in base64 may be among them. */
const MOST_CHARACTERS = 100_000_000;
/** Characters of the template itself, which are followed one by one. */
const MOST_OWN_CHARACTERS = 4_000_000;

/** What names mean at a place of the template. */
interface Surroundings {
  readonly self: unknown;
  readonly outer?: Surroundings;
  /** Names given by `as |one index|`. */
  readonly named: Readonly<Record<string, unknown>>;
  /** `@index`, `@key`, `@first`, `@last` of the loop around. */
  readonly loop: Readonly<Record<string, unknown>>;
}

export class Rendering {
  readonly #root: unknown;
  readonly #writer: TextWriter;
  #steps = 0;
  #characters = 0;
  #ownCharacters = 0;
  /** Where in the text each piece begins. */
  readonly #pieces: { readonly start: number; readonly node: Node }[] = [];

  constructor(form: TemplateForm, root: unknown) {
    this.#root = root;
    this.#writer = writerFor(form);
  }

  /** @throws TemplateProblem */
  text(program: Program): string {
    this.#program(program, { self: this.#root, named: {}, loop: {} });
    try {
      return this.#writer.end();
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      const piece = this.#pieces.findLast(({ start }) => start <= (error.after ?? 0));
      throw problemIn(piece?.node, (error.after ?? 0) - (piece?.start ?? 0), error.message);
    }
  }

  #program(program: Program | undefined, around: Surroundings): void {
    for (const statement of program?.body ?? []) {
      this.#step(statement);
      if (statement.type === "ContentStatement") this.#literal(statement as hbs.AST.ContentStatement);
      else if (statement.type === "MustacheStatement")
        this.#mustache(statement as hbs.AST.MustacheStatement, around);
      else if (statement.type === "BlockStatement") this.#block(statement as hbs.AST.BlockStatement, around);
    }
  }

  #literal(statement: hbs.AST.ContentStatement): void {
    this.#ownCharacters += statement.value.length;
    if (this.#ownCharacters > MOST_OWN_CHARACTERS) throw problemAt(statement, "what comes out is too long");
    this.#writer.literal(statement.value);
    this.#count(statement, statement.value.length);
  }

  #mustache(statement: hbs.AST.MustacheStatement, around: Surroundings): void {
    const value =
      statement.params.length > 0 ? this.#call(statement, around) : this.#value(statement.path, around);
    const written = this.#at(statement, () => this.#writer.value(value, !statement.escaped));
    this.#count(statement, written);
  }

  #block(block: hbs.AST.BlockStatement, around: Surroundings): void {
    const { path, params, hash, program, inverse } = block;
    const value = this.#value(params[0]!, around);
    const countsZero = value === 0 && hash?.pairs.some(({ value: set }) => this.#value(set, around) === true);
    const isThere = isTruthy(value) || countsZero;
    if (path.original === "each") this.#each(block, value, around);
    else if (path.original === "if") this.#program(isThere ? program : inverse, around);
    else if (path.original === "unless") this.#program(isThere ? inverse : program, around);
    else if (isThere) this.#program(program, inside(around, value, program.blockParams, [value], {}));
    else this.#program(inverse, around);
  }

  #each(block: hbs.AST.BlockStatement, list: unknown, around: Surroundings): void {
    const { program, inverse } = block;
    if (list !== null && typeof list !== "object") {
      throw problemAt(block, "each wants a list or an object");
    }
    const entries = Object.entries(list ?? {});
    if (entries.length === 0) this.#program(inverse, around);
    for (const [index, [key, value]] of entries.entries()) {
      this.#step(block);
      const loop = {
        index,
        key: Array.isArray(list) ? index : key,
        first: index === 0,
        last: index === entries.length - 1,
      };
      this.#program(program, inside(around, value, program.blockParams, [value, loop.key], loop));
    }
  }

  #value(node: Node, around: Surroundings): unknown {
    switch (node.type) {
      case "PathExpression":
        return this.#named(node as hbs.AST.PathExpression, around);
      case "SubExpression":
        return this.#call(node as hbs.AST.SubExpression, around);
      case "NullLiteral":
      case "UndefinedLiteral":
        return null;
      default:
        return (node as hbs.AST.StringLiteral).value;
    }
  }

  #call(node: hbs.AST.SubExpression | hbs.AST.MustacheStatement, around: Surroundings): unknown {
    const called = FUNCTIONS.get(String((node.path as hbs.AST.PathExpression).original));
    const values = node.params.map((param) => this.#value(param, around));
    return this.#at(node, () => called?.call(...values));
  }

  #named(path: hbs.AST.PathExpression, around: Surroundings): unknown {
    const { data, depth, parts, original } = path;
    const [first = "", ...rest] = parts;
    if (data) {
      if (first === "root") return lookUp(path, this.#root, rest);
      return lookUp(path, around.loop, parts);
    }
    let from: Surroundings | undefined = around;
    for (let level = 0; level < depth; level += 1) from = from?.outer;
    if (!from) throw problemAt(path, `"${original}" leads out of the template's names`);
    const isNamed = depth === 0 && !/^(?:this\b|\.)/.test(original) && Object.hasOwn(from.named, first);
    return isNamed ? lookUp(path, from.named[first], rest) : lookUp(path, from.self, parts);
  }

  #step(node: Node): void {
    this.#steps += 1;
    if (this.#steps > MOST_STEPS) throw problemAt(node, "the template takes too long: too many rounds");
  }

  #count(node: Node, characters: number): void {
    this.#pieces.push({ start: this.#characters, node });
    this.#characters += characters;
    if (this.#characters > MOST_CHARACTERS) throw problemAt(node, "what comes out is too long");
  }

  #at<T>(node: Node, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof Unwritable) throw problemAt(node, error.message);
      throw error;
    }
  }
}

function inside(
  outer: Surroundings,
  self: unknown,
  names: readonly string[] = [],
  values: readonly unknown[],
  loop: Surroundings["loop"],
): Surroundings {
  const named = Object.fromEntries(names.map((name, at) => [name, values[at]]));
  return { self, outer, named: { ...outer.named, ...named }, loop: { ...outer.loop, ...loop } };
}

/** Own values only. What is nothing has nothing inside; what is not there at all is a mistake of the template. */
function lookUp(path: hbs.AST.PathExpression, from: unknown, parts: readonly string[]): unknown {
  let value = from;
  for (const part of parts) {
    if (value === null || value === undefined) return null;
    if (typeof value !== "object" || !Object.hasOwn(value, part)) {
      throw problemAt(path, `there is no "${path.original}"${knownIn(value)}`);
    }
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}

/** The names a site can choose from here; they are words of the context, no values. */
function knownIn(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "";
  return `; here are ${Object.keys(value).slice(0, 16).join(", ")}`;
}
