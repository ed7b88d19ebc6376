// Main thread of a run: starts the worker, passes its lines on, answers signals at once.
import { rmSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { type Folders, findFolders, type Job, readJob } from "./contract/job.ts";
import { createMessages } from "./contract/messages.ts";
import { openOutputFolder } from "./contract/output-folder.ts";
import { EXIT, endingOf } from "./contract/refusal.ts";
import type { WorkerOrder, WorkerReport } from "./worker.ts";

/** The contract wants a line at least every 30 s; the hub takes silence for a hang. */
const LONGEST_SILENCE_MS = 20_000;

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
    const stop = (code: number, msg: string) => {
      // The worker may be in the middle of a fit and the converter never looks up: both are simply ended.
      endQuietly(childPid);
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
      clearInterval(alive);
      cleanUp();
      finish(exitCode);
    });
  });
}

/** Ends a child process that may have ended already. */
function endQuietly(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was gone: that is what was wanted.
  }
}
