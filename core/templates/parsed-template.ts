// Reads the source of a template, and refuses what a site's template must not hold.
import { TemplateProblem } from "@thalamus/sdk";
import Handlebars from "handlebars";
import { FUNCTIONS } from "./template-functions.ts";

export type Node = hbs.AST.Node;
export type Program = hbs.AST.Program;

export const MAX_SOURCE_BYTES = 64 * 1024;
/** The parser's time grows with the square of what is nested, so that is counted before it begins. */
const MAX_BLOCKS = 500;
const MAX_PARENTHESES = 1000;
const MAX_DEPTH = 32;

export const BLOCKS: ReadonlySet<string> = new Set(["if", "unless", "each", "with"]);

/** @throws TemplateProblem */
export function parseTemplate(source: string): Program {
  requireBounds(source);
  let program: Program;
  try {
    program = Handlebars.parseWithoutProcessing(source);
    // now that it is known how deep it is: strips the lines on which blocks stand alone
    checkProgram(program, 0);
    program = Handlebars.parse(source);
  } catch (error) {
    if (error instanceof TemplateProblem) throw error;
    const { message } = error as Error;
    const hint = /CLOSE_UNESCAPED'?$/.test(message)
      ? " Write a space between }} and a brace of your own."
      : "";
    throw new TemplateProblem(`The template cannot be read. ${message}${hint}`);
  }
  return program;
}

function requireBounds(source: string): void {
  if (Buffer.byteLength(source) > MAX_SOURCE_BYTES) {
    throw new TemplateProblem(`The template is longer than ${MAX_SOURCE_BYTES / 1024} KB.`);
  }
  const blocks = source.match(/\{\{[~{\s]*(?:[#^]|else)/g)?.length ?? 0;
  if (blocks > MAX_BLOCKS) throw new TemplateProblem(`The template has more than ${MAX_BLOCKS} blocks.`);
  if (source.split("(").length > MAX_PARENTHESES) {
    throw new TemplateProblem(`The template has more than ${MAX_PARENTHESES} parentheses.`);
  }
}

/** @param depth of blocks around it */
function checkProgram(program: Program | undefined, depth: number): void {
  if (!program) return;
  if (depth > MAX_DEPTH) throw problemAt(program, `blocks are nested more than ${MAX_DEPTH} deep`);
  for (const statement of program.body) checkStatement(statement, depth);
}

function checkStatement(statement: Node, depth: number): void {
  switch (statement.type) {
    case "ContentStatement":
    case "CommentStatement":
      return;
    case "MustacheStatement":
      checkExpression(statement, 0);
      return;
    case "BlockStatement":
      checkBlock(statement as hbs.AST.BlockStatement, depth);
      return;
    default:
      throw problemAt(statement, "partials and decorators are not allowed");
  }
}

function checkBlock(block: hbs.AST.BlockStatement, depth: number): void {
  const { path, params, hash, program, inverse } = block;
  if (!BLOCKS.has(path.original)) {
    throw problemAt(block, `there is no block "${path.original}"; there are ${[...BLOCKS].join(", ")}`);
  }
  if (params.length !== 1) throw problemAt(block, `"${path.original}" wants one value`);
  if (hash?.pairs.some(({ key }) => key !== "includeZero")) {
    throw problemAt(block, `"${path.original}" knows no such option`);
  }
  checkExpression(params[0]!, 0);
  checkProgram(program, depth + 1);
  // `else if` is nested in the tree, but not for people
  checkProgram(inverse, inverse?.chained ? depth : depth + 1);
}

/** Calls have parameters; a name alone is always a value. */
function checkExpression(node: Node, depth: number): void {
  if (depth > MAX_DEPTH) throw problemAt(node, `calls are nested more than ${MAX_DEPTH} deep`);
  if (node.type !== "MustacheStatement" && node.type !== "SubExpression") return;
  const { path, params, hash } = node as hbs.AST.SubExpression;
  if (hash) throw problemAt(node, "options like name=value are not known");
  if (params.length === 0 && node.type === "MustacheStatement") return;
  const name = String(path.original);
  const wanted = FUNCTIONS.get(name);
  if (!wanted) {
    throw problemAt(node, `there is no function "${name}"; there are ${[...FUNCTIONS.keys()].join(", ")}`);
  }
  if (params.length < wanted.fewest || params.length > wanted.most) {
    throw problemAt(node, `"${name}" is written {{${wanted.usage}}}`);
  }
  for (const param of params) checkExpression(param, depth + 1);
}

/** Lines and columns as editors count them, from 1. */
export function problemAt({ loc }: Pick<Node, "loc">, what: string): TemplateProblem {
  return new TemplateProblem(`Line ${loc.start.line}, column ${loc.start.column + 1}: ${what}.`);
}

/** @param offset characters after the beginning of a piece of the template's own text */
export function problemIn(node: Node | undefined, offset: number, what: string): TemplateProblem {
  const before = (node as Partial<hbs.AST.ContentStatement> | undefined)?.value?.slice(0, offset) ?? "";
  const lines = before.split("\n");
  const { line, column } = node?.loc.start ?? { line: 1, column: 0 };
  const end = lines.at(-1)?.length ?? 0;
  const start = { line: line + lines.length - 1, column: lines.length > 1 ? end : column + end };
  return problemAt({ loc: { source: "", start, end: start } }, what);
}

declare global {
  namespace hbs.AST {
    interface Program {
      /** `else if`: the type lacks what the parser gives. */
      readonly chained?: boolean;
    }
  }
}
