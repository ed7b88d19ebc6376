// Starts the product as the hub does and collects what comes back.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const PRODUCT_FOLDER = join(import.meta.dirname, "..");

/** Shared by all runs of the tests: saves each of them compiling the same program. */
const COMPILE_CACHE = join(tmpdir(), "thalamus-compile-cache");

export interface RunFolders {
  root: string;
  in: string;
  out: string;
  work: string;
}

export interface FinishedRun {
  exitCode: number | null;
  stdout: string;
  /** The messages on stdout. */
  lines: Record<string, unknown>[];
  stderr: string;
  /** result.json, undefined when there is none. */
  result: Result | undefined;
  /** From the signal to the end, when one was sent. */
  signalToEndMs: number;
  /** Processes that the product started and that are still there. */
  left: () => number;
}

export interface Result {
  contract: string;
  product: { id: string; version: string };
  jobId: string | null;
  status: string;
  qc?: { verdict: string; checks: { id: string; status: string }[] };
  indexes?: { name: string; value: number; unit: string }[];
  error?: { code: string; message: string; retryable: boolean };
  files: { name: string; path: string; mediaType: string; bytes: number; sha256: string }[];
}

/** Fresh folders for a run, with the given files in the input folder. */
export function makeFolders(files: Record<string, string | Uint8Array> = {}): RunFolders {
  const root = mkdtempSync(join(tmpdir(), "dti-run-"));
  const folders = { root, in: join(root, "in"), out: join(root, "out"), work: join(root, "work") };
  for (const folder of [folders.in, folders.out, folders.work]) mkdirSync(folder);
  for (const [path, data] of Object.entries(files)) {
    mkdirSync(dirname(join(folders.in, path)), { recursive: true });
    writeFileSync(join(folders.in, path), data);
  }
  return folders;
}

/**
 * Runs `main.ts` to its end.
 *
 * @param args default: `run` with the three folders
 * @param signalAt sends the signal when the product prints progress of this stage
 */
export function runProduct(
  folders: RunFolders,
  options: {
    args?: string[];
    environment?: Record<string, string>;
    signalAt?: { stage: string; signal: "SIGTERM" | "SIGINT" };
  } = {},
): Promise<FinishedRun> {
  const folderArgs = ["--in", folders.in, "--out", folders.out, "--work", folders.work];
  const { args = ["run", ...folderArgs], environment = {}, signalAt } = options;
  const child = spawn(process.execPath, ["main.ts", ...args], {
    cwd: PRODUCT_FOLDER,
    // Only what the hub passes on, so that nothing of the test run leaks in.
    env: {
      PATH: process.env["PATH"],
      TMPDIR: folders.work,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
    // a group of its own, as in the hub, so that what it leaves behind can be seen
    detached: true,
  });
  let stdout = "";
  let stderr = "";
  let signalled = 0;
  child.stdout.on("data", (data: Buffer) => {
    stdout += data.toString("utf8");
    if (signalAt && signalled === 0 && stdout.includes(`"stage":"${signalAt.stage}"`)) {
      signalled = performance.now();
      child.kill(signalAt.signal);
    }
  });
  child.stderr.on("data", (data: Buffer) => {
    stderr += data.toString("utf8");
  });
  return new Promise((finish, fail) => {
    child.once("error", fail);
    child.once("close", (exitCode) => {
      const resultFile = join(folders.out, "result.json");
      finish({
        exitCode,
        stdout,
        lines: stdout
          .split("\n")
          .filter((line) => line.startsWith('{"at"'))
          .map((line) => JSON.parse(line) as Record<string, unknown>),
        stderr,
        result: existsSync(resultFile) ? (JSON.parse(readFileSync(resultFile, "utf8")) as Result) : undefined,
        signalToEndMs: signalled > 0 ? performance.now() - signalled : Number.NaN,
        left: () => livingInGroup(child.pid!),
      });
    });
  });
}

/** Zombies do not count: whether they are buried is up to the machine. */
function livingInGroup(leader: number): number {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      // the name of the program, in brackets, can hold anything
      const [, state, , group] =
        /\) (\S) (\S+) (\S+)/.exec(readFileSync(`/proc/${name}/stat`, "latin1")) ?? [];
      return state !== "Z" && Number(group) === leader;
    } catch {
      return false;
    }
  }).length;
}
