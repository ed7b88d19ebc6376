// The folders that the command is given: what it reads from, and where the copies go.
import { existsSync, mkdirSync, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { codeOf } from "../folder-files.ts";
import { Mistake } from "./mistake.ts";

/** @throws Mistake */
export function inputFolder(path: string): string {
  const sight = statSync(path, { throwIfNoEntry: false });
  if (!sight) throw new Mistake(`${path} is not there.`);
  if (!sight.isDirectory()) throw new Mistake(`${path} is no folder.`);
  return realpathSync(path);
}

export interface OutputFolder {
  readonly path: string;
  readonly isEmpty: boolean;
}

/**
 * Never inside of the originals, and never over something that is there.
 * @param isContinued what an earlier run left may be there
 * @throws Mistake
 */
export function outputFolder(path: string, from: string, isContinued: boolean): OutputFolder {
  const wanted = resolve(path);
  let there = wanted;
  while (!existsSync(there)) there = dirname(there);
  const out = join(realpathSync(there), wanted.slice(there.length));
  if (`${out}${sep}`.startsWith(`${from}${sep}`)) throw new Mistake("--out must not be inside of --in.");
  if (`${from}${sep}`.startsWith(`${out}${sep}`)) throw new Mistake("--in must not be inside of --out.");
  if (there !== wanted) return { path: out, isEmpty: true };
  if (!statSync(out).isDirectory()) throw new Mistake(`${path} is no folder.`);
  const isEmpty = readdirSync(out).length === 0;
  if (isEmpty || isContinued) return { path: out, isEmpty };
  throw new Mistake(
    `${path} is not empty: choose another folder for --out, or add --continue to go on with a run that was stopped.`,
  );
}

/**
 * @returns whether it was not there before
 * @throws Mistake
 */
export function makeFolder(path: string): boolean {
  try {
    return mkdirSync(path, { recursive: true }) !== undefined;
  } catch (error) {
    throw new Mistake(`${path} cannot be made (${codeOf(error)}).`);
  }
}
