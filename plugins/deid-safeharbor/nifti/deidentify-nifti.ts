// De-identifies a NIfTI study, whole or not at all: images, tables and sidecars by what may stay, then the second pass.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { NewDeidentifiedStudy, Outcome, SigningKey, StoredInstance, TransformStep } from "@thalamus/sdk";
import { Permanent } from "@thalamus/sdk/errors";
import { transformed } from "@thalamus/sdk/outcome";
import { countByRule, sumOf } from "../elements/element-change.ts";
import type { StudyContext } from "../elements/study-context.ts";
import { failureOf } from "../study-failure.ts";
import { flushFolder, inCopyFolder, refuseFindings } from "../whole-copy.ts";
import { cleanFields, sidecarChanges, sidecarText } from "./clean-sidecar.ts";
import { type CopiedPart, copyImage } from "./copy-image.ts";
import { copyTable, sha256Of, writeSmall } from "./copy-table.ts";
import { packingOf } from "./image-bytes.ts";
import { type NiftiParts, type OpenNiftiProver, openNiftiParts } from "./nifti-parts.ts";
import { readSidecarFile, type Sidecar } from "./sidecar-file.ts";
import { learnFrom, type NiftiFacts } from "./study-facts.ts";
import { UnreadableNifti } from "./unreadable-nifti.ts";

/** A file of the copy and what was done. */
export interface NiftiCopy {
  readonly instance: StoredInstance;
  /** Absolute path of the copy. */
  readonly path: string;
  /** Tells the image it belongs to and what it is: `000001.bval`. */
  readonly name: string;
  readonly report: CopiedPart & { readonly sopInstanceUid: string };
  /** How many fields each rule changed. */
  readonly rules: Readonly<Record<string, number>>;
}

/**
 * @param openProver begins the second pass: here, or in a thread of its own
 * @returns transformed
 * @throws Permanent or Transient, with no value in the message
 */
export function deidentifyNifti(
  step: TransformStep,
  context: StudyContext,
  signing: SigningKey,
  openProver: OpenNiftiProver,
  signal: AbortSignal,
): Promise<Outcome> {
  return inCopyFolder(step, async (instances, folder) => {
    const parts = await openNiftiParts(step, context, signing, openProver);
    return new NiftiPass(step, context, parts, folder, signal).run(instances);
  });
}

class NiftiPass {
  readonly #step: TransformStep;
  readonly #context: StudyContext;
  readonly #parts: NiftiParts;
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #copies: NiftiCopy[] = [];
  /** Of the copies that are made; the next is made meanwhile. */
  readonly #proofs: Promise<void>[] = [];

  constructor(
    step: TransformStep,
    context: StudyContext,
    parts: NiftiParts,
    folder: string,
    signal: AbortSignal,
  ) {
    this.#step = step;
    this.#context = context;
    this.#parts = parts;
    this.#folder = folder;
    this.#signal = signal;
  }

  async run(instances: readonly StoredInstance[]): Promise<Outcome> {
    const sidecars = new Map<string, Sidecar>();
    for (const [index, instance] of instances.entries()) {
      if (instance.role !== "sidecar") continue;
      const read = () => readSidecarFile(instance.path);
      sidecars.set(instance.path, (await this.#told(read, index, instances.length)).values);
    }
    const facts = learnFrom([...sidecars.values()], this.#step.study.identity.reveal(), this.#context);
    const names = copyNames(instances);
    for (const [index, instance] of instances.entries()) {
      const make = () => this.#copyOne(instance, names[index]!, facts);
      const copy = await this.#told(make, index, instances.length);
      const prove = async () => refuseFindings(await this.#parts.prove(copy));
      const proof = this.#told(prove, index, instances.length);
      // heard below; when a later copy fails first, nobody asks any more
      proof.catch(() => {});
      this.#proofs.push(proof);
      this.#step.progress((0.9 * (index + 1)) / instances.length, "de-identifying");
    }
    await Promise.all(this.#proofs);
    refuseFindings(await this.#parts.finishProof());
    if (this.#context.settings.flush) await flushFolder(this.#folder);
    this.#step.progress(0.98, "writing the manifest");
    const studyInstanceUid = this.#context.uids.map(this.#step.study.identity.reveal().studyInstanceUid);
    await this.#requireWhole(instances);
    const manifest = await this.#parts.record(this.#copies, studyInstanceUid);
    return transformed(this.#newStudy(studyInstanceUid, manifest));
  }

  /** What goes wrong with a file is told by its number. */
  async #told<T>(work: () => Promise<T>, index: number, count: number): Promise<T> {
    const file = `file ${index + 1} of ${count}`;
    this.#signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UnreadableNifti)) throw failureOf(error, file, this.#signal);
      throw new Permanent(
        "deid-safeharbor.unreadable",
        `File ${index + 1} of ${count} cannot be read: ${error.message}.`,
      );
    }
  }

  async #copyOne(instance: StoredInstance, base: string, facts: NiftiFacts): Promise<NiftiCopy> {
    const name = `${base}${await endingOf(instance)}`;
    const path = join(this.#folder, name);
    const sopInstanceUid = this.#context.uids.map(instance.sopInstanceUid);
    const report = { ...(await this.#copyPart(instance, path, facts)), sopInstanceUid };
    const copy = { instance, path, name, report, rules: countByRule(report.changes) };
    this.#copies.push(copy);
    return copy;
  }

  async #copyPart(
    { role, path: source }: StoredInstance,
    target: string,
    facts: NiftiFacts,
  ): Promise<CopiedPart> {
    const { flush } = this.#context.settings;
    if (role === "image") return copyImage(source, target, flush, this.#signal);
    if (role === "bval" || role === "bvec") return copyTable(source, target, flush);
    const { bytes, values } = await readSidecarFile(source);
    const fields = cleanFields(values, facts, this.#context);
    const written = await writeSmall(target, sidecarText(fields), flush);
    return { sourceSha256: sha256Of(bytes), ...written, changes: sidecarChanges(fields) };
  }

  /** nothing missing, nothing double, every file as it was written. */
  async #requireWhole(instances: readonly StoredInstance[]): Promise<void> {
    const uids = new Set(this.#copies.map(({ report }) => report.sopInstanceUid));
    const sizes = await Promise.all(this.#copies.map(async ({ path }) => (await stat(path)).size));
    const isWhole = this.#copies.every(({ report }, index) => report.bytes === sizes[index]);
    if (uids.size === instances.length && this.#copies.length === instances.length && isWhole) return;
    throw new Permanent("deid-safeharbor.incomplete", "The copy is no copy of the study: files are missing.");
  }

  #newStudy(studyInstanceUid: string, manifest: NewDeidentifiedStudy["manifest"]): NewDeidentifiedStudy {
    const files = this.#copies.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return {
      studyInstanceUid,
      patientPseudonym: this.#context.pseudonym,
      files: files.map(({ path, instance, report }) => ({
        path,
        sopInstanceUid: report.sopInstanceUid,
        seriesInstanceUid: this.#context.uids.map(instance.seriesInstanceUid),
        sopClassUid: "",
        transferSyntaxUid: "",
        modality: instance.modality,
        bytes: report.bytes,
        sha256: report.outputSha256,
      })),
      manifest,
      changes: sumOf(files.map(({ rules }) => rules)),
      lines: [],
    };
  }
}

/** What belongs to one image has one number; the source's own names are used for nothing. */
function copyNames(instances: readonly StoredInstance[]): string[] {
  const series = [...new Set(instances.map(({ seriesInstanceUid }) => seriesInstanceUid))];
  return instances.map(({ seriesInstanceUid }) =>
    String(series.indexOf(seriesInstanceUid) + 1).padStart(6, "0"),
  );
}

async function endingOf({ role, path }: StoredInstance): Promise<string> {
  if (role === "image") return (await packingOf(path)).gzipped ? ".nii.gz" : ".nii";
  return role === "sidecar" ? ".json" : `.${role}`;
}
