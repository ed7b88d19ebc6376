// The folder of a copy, which is there whole or not at all, and the end of a study in whose copy something was found.
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Outcome, StoredInstance, TransformStep } from "@thalamus/sdk";
import { Permanent } from "@thalamus/sdk/errors";
import { failureOf } from "./study-failure.ts";

/** Places of a failed proof that are told; one is enough to fail. */
const MOST_TOLD = 5;

/**
 * Gives a study's files and an empty folder, apart from the originals; when the work fails the folder is removed.
 * @throws Permanent when the study has no files, Transient when the folder or what is beside it cannot be written
 */
export async function inCopyFolder(
  step: TransformStep,
  work: (instances: readonly StoredInstance[], folder: string) => Promise<Outcome>,
): Promise<Outcome> {
  const instances = await step.study.instances();
  if (instances.length === 0) throw new Permanent("deid-safeharbor.empty", "The study has no files.");
  const folder = join(await step.workspace(), "copy");
  try {
    await mkdir(folder);
    return await work(instances, folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    // also of the folder and the manifest: a disk that is full then is tried again as one that was full before
    throw failureOf(error, "the copy", step.signal);
  }
}

/** @throws Permanent with the first places of what the second pass found, and no value */
export function refuseFindings(findings: readonly string[]): void {
  if (findings.length === 0) return;
  const told = findings.slice(0, MOST_TOLD).join("; ");
  const more = findings.length > MOST_TOLD ? ` and ${findings.length - MOST_TOLD} more` : "";
  throw new Permanent("deid-safeharbor.leak", `The second pass found what must not leave: ${told}${more}.`);
}

/** The names of a copy's files are on the disk, too. */
export async function flushFolder(folder: string): Promise<void> {
  await using handle = await open(folder, "r");
  await handle.sync();
}
