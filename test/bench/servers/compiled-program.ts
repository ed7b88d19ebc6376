// Compiles the small C programs that the hub is compared with.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { findProgram } from "./installed-program.ts";

const findCompiler = () => findProgram("cc", "gcc", "clang");

/** Why nothing can be compiled here; undefined when it can. */
export const compilerMissing = (): string | undefined =>
  findCompiler() ? undefined : "no C compiler on this machine";

/**
 * @param source a C file
 * @param folder where the program goes; one that is there already is taken
 * @throws Error with what the compiler says
 */
export function compiledProgram(source: string, folder: string): string {
  const program = join(folder, basename(source, ".c"));
  if (existsSync(program)) return program;
  execFileSync(findCompiler() ?? "cc", ["-O2", "-o", program, source, "-lpthread"], { stdio: "pipe" });
  return program;
}
