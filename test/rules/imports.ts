// Finds what a source file imports, by the form of the statements.

export interface Import {
  readonly specifier: string;
  /** From 1. */
  readonly line: number;
}

/** `import … from "x"`, `export … from "x"`, `import "x"`, `import("x")`, `require("x")` */
const STATEMENT =
  /^[ \t]*(?:import|export)\s(?:[^"'`;]*?\sfrom\s*)?["']([^"']+)["']|\b(?:import|require)\(\s*["']([^"']+)["']\s*\)/gm;

export function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  return [...code.matchAll(STATEMENT)].map((match) => {
    const before = code.slice(0, match.index + match[0].length);
    return { specifier: match[1] ?? match[2] ?? "", line: before.split("\n").length };
  });
}

/** Comments are blanked, so that lines stay where they are. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, (comment) => comment.replaceAll(/[^\n]/g, " "));
}
