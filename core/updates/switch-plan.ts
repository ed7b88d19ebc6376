// How one version is exchanged for another and back, as plain data and plain acts. No import but of Node.js: the watchdog
// runs it while the hub is away.
import { spawn } from "node:child_process";
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

export interface SystemdPlan {
  readonly kind: "systemd";
  /** The link that the unit starts from. */
  readonly link: string;
  /** Folders of the releases. */
  readonly forward: string;
  readonly back: string;
  readonly restart: readonly string[];
}

export interface ComposePlan {
  readonly kind: "compose";
  readonly folder: string;
  readonly envFile: string;
  readonly variable: string;
  /** Images; null: the variable was not set. */
  readonly forward: string;
  readonly back: string | null;
  /** Before the new version is started: pull, or load. */
  readonly fetch: readonly (readonly string[])[];
  readonly restart: readonly string[];
}

export type SwitchPlan = SystemdPlan | ComposePlan;
export type Direction = "forward" | "back";

/** Says which version starts next. May be done again. */
export function exchange(plan: SwitchPlan, direction: Direction): void {
  if (plan.kind === "systemd") pointTo(plan.link, plan[direction]);
  else setVariable(plan.envFile, plan.variable, plan[direction]);
}

/** @throws Error when the command does not succeed */
export async function restart(
  plan: SwitchPlan,
  direction: Direction,
  log: (text: string) => void,
): Promise<void> {
  const folder = plan.kind === "compose" ? plan.folder : undefined;
  if (plan.kind === "compose" && direction === "forward")
    for (const command of plan.fetch) await runCommand(command, log, folder);
  await runCommand(plan.restart, log, folder);
}

/** A link is exchanged by renaming another one over it: at no moment is there none. */
function pointTo(link: string, target: string): void {
  const other = join(dirname(link), `.${basename(link)}.next`);
  rmSync(other, { force: true });
  symlinkSync(target, other);
  renameSync(other, link);
  flushFolder(dirname(link));
}

/** Other lines stay as they are. */
export function setVariable(file: string, name: string, value: string | null): void {
  const lines = readLines(file).filter((line) => !isOf(line, name));
  if (value !== null) lines.push(`${name}=${value}`);
  const part = `${file}.part`;
  const opened = openSync(part, "w", modeOf(file));
  writeSync(opened, lines.length > 0 ? `${lines.join("\n")}\n` : "");
  fsyncSync(opened);
  closeSync(opened);
  renameSync(part, file);
  flushFolder(dirname(file));
}

/** Null when it is not set. */
export function readVariable(file: string, name: string): string | null {
  const line = readLines(file).find((one) => isOf(one, name));
  return line === undefined ? null : line.slice(line.indexOf("=") + 1).trim();
}

/** Whoever may read it may read it afterwards. */
function modeOf(file: string): number {
  try {
    return statSync(file).mode & 0o777;
  } catch {
    return 0o600;
  }
}

const isOf = (line: string, name: string): boolean => line.trimStart().startsWith(`${name}=`);

function readLines(file: string): string[] {
  try {
    const lines = readFileSync(file, "utf8").split(/\r?\n/);
    return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function flushFolder(path: string): void {
  const folder = openSync(path, "r");
  fsyncSync(folder);
  closeSync(folder);
}

/** @throws Error that says how it ended */
export function runCommand(
  [program = "", ...rest]: readonly string[],
  log: (text: string) => void,
  cwd?: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    log(`$ ${[program, ...rest].join(" ")}`);
    const child = spawn(program, rest, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => log(chunk.toString("utf8").trimEnd()));
    child.once("error", (error) =>
      reject(new Error(`${program} cannot be run: ${(error as NodeJS.ErrnoException).code}`)),
    );
    child.once("exit", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}
