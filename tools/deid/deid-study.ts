// Runs the plugin on one study of a folder and puts the copy into its place, whole or not at all.
import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { NewDeidentifiedStudy, Outcome, ReceivedStudy, TransformStep } from "@thalamus/sdk";
import type { DeidWork } from "./deid-work.ts";
import { placePublicKey } from "./public-key-file.ts";

export interface DeidRun {
  readonly work: DeidWork;
  readonly out: string;
  /** SPKI in PEM; it is there before the first copy is. */
  readonly publicKey: string;
  readonly signal: AbortSignal;
  progress(value: number, stage: string): void;
}

/** What became of a study; nothing of it names a patient. */
export type DeidResult =
  | {
      readonly state: "done" | "done before";
      /** `PSEUDONYM/NEW-STUDY-UID` */
      readonly folder: string;
      readonly files: number;
      readonly changes: object;
    }
  | { readonly state: "held" | "failed"; readonly reasons: readonly string[] };

export const MANIFEST = "manifest.jsonl";

/** @returns nothing when it was stopped */
export async function deidStudy(study: ReceivedStudy, run: DeidRun): Promise<DeidResult | undefined> {
  // beside the result, so that moving it there is one rename
  const work = join(run.out, `.work-${randomUUID()}`);
  try {
    await mkdir(work);
    return await settled(await outcomeOf(study, work, run), run);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    // a disk that is full now, or two studies of one UID: the others go on
    if (syscall === undefined) throw error;
    return { state: "failed", reasons: [`The copy cannot be put into its place (${code}).`] };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function outcomeOf(study: ReceivedStudy, work: string, run: DeidRun): Promise<Outcome> {
  const step: TransformStep = {
    id: randomUUID(),
    attempt: 1,
    study,
    signal: run.signal,
    released: [],
    previousManifest: async () => undefined,
    acting: async () => {},
    progress: (value, stage) => run.progress(value, stage),
    workspace: async () => work,
  };
  return run.work.run(step);
}

async function settled(outcome: Outcome, run: DeidRun): Promise<DeidResult | undefined> {
  if (outcome.kind === "released" && run.signal.aborted) return undefined;
  if (outcome.kind === "transformed") return { state: "done", ...(await moved(outcome.copy, run)) };
  if (outcome.kind === "held") {
    const lines = outcome.lines.filter(({ verdict }) => verdict === "fail");
    return {
      state: "held",
      reasons: lines.map(({ title, found, howToFix = "" }) => `${title}: ${found}. ${howToFix}`.trim()),
    };
  }
  const said = "message" in outcome ? `${outcome.code}: ${outcome.message}` : `it ended as ${outcome.kind}`;
  return { state: "failed", reasons: [said] };
}

/** `PSEUDONYM/NEW-STUDY-UID/000001.dcm`, with the manifest beside the files. */
async function moved(copy: NewDeidentifiedStudy, { out, publicKey }: DeidRun) {
  const [first] = copy.files;
  if (!first) throw new Error("a copy without files");
  const from = dirname(first.path);
  const folder = join(copy.patientPseudonym, copy.studyInstanceUid);
  const target = join(out, folder);
  await rename(copy.manifest.path, join(from, MANIFEST));
  placePublicKey(out, publicKey);
  await mkdir(dirname(target), { recursive: true });
  try {
    await rename(from, target);
  } catch (error) {
    await rmdir(dirname(target)).catch(() => {});
    throw error;
  }
  return { folder, files: copy.files.length, changes: copy.changes };
}
