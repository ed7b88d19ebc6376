// Worker thread: does the whole computation, so that the main thread stays free to answer a signal.
import { availableParallelism } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import type { Folders, Job } from "./contract/job.ts";
import { createMessages } from "./contract/messages.ts";
import { openOutputFolder } from "./contract/output-folder.ts";
import { product } from "./contract/product-description.ts";
import { EXIT, endingOf } from "./contract/refusal.ts";
import { runJob } from "./run-job.ts";
import { VoxelThreads } from "./tensor/voxel-threads.ts";

/** What the main thread hands over. */
export interface WorkerOrder {
  job: Job;
  folders: Folders;
  started: Date;
}

/** What comes back: lines for stdout, the child process to end with the run, and how the run ended. */
export type WorkerReport =
  | { kind: "line"; line: string }
  | { kind: "child"; pid: number | undefined }
  | { kind: "end"; exitCode: number };

const { job, folders, started } = workerData as WorkerOrder;
const tell = (report: WorkerReport) => parentPort!.postMessage(report);
// A worker's own stdout waits for its event loop, which a fit keeps busy; a posted message does not wait.
const messages = createMessages((line) => tell({ kind: "line", line }));
const output = openOutputFolder(folders.out, job.id, started);
// no more than the machine has: two threads on one core only take turns
const threads = new VoxelThreads(Math.min(product.resources.cpu, availableParallelism()));

try {
  const settings = {
    nativeConverter: process.env["PRODUCT_DCM2NIIX"] || undefined,
    onChild: (child: {
      pid?: number | undefined;
      once: (event: "close", listener: () => void) => unknown;
    }) => {
      tell({ kind: "child", pid: child.pid });
      child.once("close", () => tell({ kind: "child", pid: undefined }));
    },
  };
  const status = await runJob(job, folders, output, settings, messages, threads);
  messages.result(status);
  tell({ kind: "end", exitCode: EXIT.done });
} catch (error) {
  const ending = endingOf(error);
  if (ending.exitCode === EXIT.internal) process.stderr.write(`${(error as Error).stack ?? error}\n`);
  messages.error(ending.code, ending.message);
  output.fail(ending);
  messages.result(ending.status);
  tell({ kind: "end", exitCode: ending.exitCode });
} finally {
  await threads.close();
}
