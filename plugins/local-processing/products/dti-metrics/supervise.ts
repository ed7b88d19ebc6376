// Main thread of a run: starts the worker, passes its lines on, answers signals at once.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { type Folders, findFolders, type Job, readJob } from "./contract/job.ts";
import { createMessages } from "./contract/messages.ts";
import { openOutputFolder, RESULT_FILE } from "./contract/output-folder.ts";
import { EXIT, endingOf } from "./contract/refusal.ts";
import type { WorkerOrder, WorkerReport } from "./worker.ts";

/** The contract wants a line at least every 30 s; the hub takes silence for a hang. */
const LONGEST_SILENCE_MS = 20_000;

/** A worker within a long call of the converter's module may not hear. */
const LONGEST_TERMINATION_MS = 500;

/**
 * Runs a job to its end.
 *
 * @param args the command line behind `run`
 * @returns the exit code
 */
export async function supervise(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const started = new Date();
  const messages = createMessages((line) => process.stdout.write(line));
  let folders: Folders | undefined;
  let job: Job;
  try {
    folders = findFolders(args, environment);
    job = readJob(folders.in);
  } catch (error) {
    const ending = endingOf(error);
    messages.error(ending.code, ending.message);
    if (folders) openOutputFolder(folders.out, null, started).fail(ending);
    messages.result(ending.status);
    return ending.exitCode;
  }
  messages.log("info", "run started");
  return superviseWorker({ job, folders, started }, messages);
}

function superviseWorker(order: WorkerOrder, messages: ReturnType<typeof createMessages>): Promise<number> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: order });
  let childPid: number | undefined;
  let lastLine = Date.now();
  const cleanUp = () => {
    if (order.folders.workIsTemporary) rmSync(order.folders.work, { recursive: true, force: true });
  };
  const alive = setInterval(() => {
    if (Date.now() - lastLine >= LONGEST_SILENCE_MS) messages.log("info", "still working");
  }, LONGEST_SILENCE_MS / 2);

  return new Promise((finish) => {
    let exitCode: number = EXIT.internal;
    let stopping = false;
    const stop = async (code: number, msg: string) => {
      stopping = true;
      // The worker may be in the middle of a fit and the converter never looks up: both are simply ended,
      // the worker first, so that it starts nothing more.
      await Promise.race([worker.terminate(), setTimeout(LONGEST_TERMINATION_MS)]);
      for (const pid of childPids(childPid)) endQuietly(pid);
      // The signal may have come in the moment of success: who is told of a stop must find no result.
      rmSync(join(order.folders.out, RESULT_FILE), { force: true });
      cleanUp();
      messages.log("warn", msg);
      process.exit(code);
    };
    process.once("SIGTERM", () => stop(EXIT.terminated, "terminated"));
    process.once("SIGINT", () => stop(EXIT.interrupted, "interrupted"));
    worker.on("message", (report: WorkerReport) => {
      if (report.kind === "child") childPid = report.pid;
      else if (report.kind === "end") exitCode = report.exitCode;
      else {
        lastLine = Date.now();
        process.stdout.write(report.line);
      }
    });
    worker.on("error", (error) => {
      const ending = endingOf(error);
      exitCode = ending.exitCode;
      messages.error(ending.code, ending.message);
      try {
        openOutputFolder(order.folders.out, order.job.id, order.started).fail(ending);
      } catch {
        // The disk may be what failed; the exit code still tells the hub.
      }
    });
    worker.on("exit", () => {
      if (stopping) return;
      clearInterval(alive);
      cleanUp();
      finish(exitCode);
    });
  });
}

/** What was reported, and where the system tells it what was started a moment ago. */
function childPids(reported: number | undefined): Set<number> {
  const pids = new Set(reported === undefined ? [] : [reported]);
  try {
    for (const thread of readdirSync("/proc/self/task")) {
      const children = readFileSync(`/proc/self/task/${thread}/children`, "latin1");
      for (const pid of children.split(" ")) if (pid.trim() !== "") pids.add(Number(pid));
    }
  } catch {
    // Not every system tells; there the report has to do.
  }
  return pids;
}

/** Ends a child process that may have ended already. */
function endQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was gone: that is what was wanted.
  }
}
