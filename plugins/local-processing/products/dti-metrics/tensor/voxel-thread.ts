// A thread that helps with work on voxels: gets it with all memory shared, and says when nothing is left.
import { parentPort } from "node:worker_threads";
import { prepare, type VoxelWork, workThrough } from "./voxel-work.ts";

parentPort!.on("message", (work: VoxelWork) => {
  parentPort!.postMessage(workThrough(work, prepare(work)));
});
