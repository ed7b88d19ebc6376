// Runs NIfTI studies made in a test through de-identification, and reads what came out.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { NewDeidentifiedStudy, ReceivedStudy, StudyIdentity, TransformStep } from "@thalamus/sdk";
import { checkStepOf, type NiftiBundle, studyOfNifti, testSiteKeys } from "@thalamus/sdk/testing";
import { contextOfStudy } from "../elements/study-context.ts";
import { deidentifyNifti } from "../nifti/deidentify-nifti.ts";
import type { OpenNiftiProver } from "../nifti/nifti-parts.ts";
import { NiftiProof } from "../nifti-proof/nifti-proof.ts";
import type { DeidSettings } from "../settings.ts";
import { DEFAULTS, KEYS } from "./deid-bench.ts";

/** Files of one image, by their names; the endings say what each is. */
export type BundleFiles = Readonly<Record<string, Buffer | string>>;

export interface DeidentifiedNifti {
  readonly copy: NewDeidentifiedStudy;
  readonly manifest: string;
  /** By name, as they stand. */
  readonly files: ReadonlyMap<string, Buffer>;
  readonly study: ReceivedStudy;
}

const ROLES: readonly (readonly [RegExp, keyof NiftiBundle])[] = [
  [/\.nii(\.gz)?$/, "image"],
  [/\.bval$/, "bval"],
  [/\.bvec$/, "bvec"],
  [/\.json$/, "sidecar"],
];

export class NiftiBench {
  readonly folder = mkdtempSync(join(tmpdir(), "deid-nifti-"));
  #made = 0;

  close(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Writes the files of each image into a folder of their own. */
  study(bundles: readonly BundleFiles[], identity: Partial<StudyIdentity> = {}): Promise<ReceivedStudy> {
    const written = bundles.map((files) => {
      this.#made += 1;
      const folder = join(this.folder, `in-${this.#made}`);
      mkdirSync(folder);
      for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
      const roles = Object.keys(files).map((name) => [roleOf(name), join(folder, name)]);
      return Object.fromEntries(roles) as NiftiBundle;
    });
    return studyOfNifti(written, { studyInstanceUid: "1.2.826.0.1.3680043.2.1143.77", ...identity });
  }

  /** @throws what de-identification throws; then nothing is left in `workspace` but what was there */
  async run(study: ReceivedStudy, settings: Partial<DeidSettings> = {}): Promise<DeidentifiedNifti> {
    this.#made += 1;
    const workspace = join(this.folder, `work-${this.#made}`);
    mkdirSync(workspace);
    const step = Object.assign(checkStepOf(study), {
      released: [],
      previousManifest: async () => undefined,
      workspace: async () => workspace,
      progress: () => undefined,
    }) as unknown as TransformStep;
    const context = contextOfStudy(study, { ...DEFAULTS, ...settings }, KEYS);
    const { signing } = testSiteKeys();
    const openProver: OpenNiftiProver = (options) => new NiftiProof(options);
    const { signal } = new AbortController();
    const outcome = await deidentifyNifti(step, context, signing, openProver, signal);
    if (outcome.kind !== "transformed") throw new Error(outcome.kind);
    const { copy } = outcome;
    const files = new Map(copy.files.map(({ path }) => [basename(path), readFileSync(path)]));
    return { copy, manifest: readFileSync(copy.manifest.path, "utf8"), files, study };
  }

  /** Names of what a run that failed has left behind. */
  leftovers(): string[] {
    const work = readdirSync(this.folder).filter((name) => name.startsWith("work-"));
    return work.flatMap((name) => readdirSync(join(this.folder, name)));
  }
}

const roleOf = (name: string): keyof NiftiBundle => ROLES.find(([form]) => form.test(name))?.[1] ?? "sidecar";

/** Packed or not. */
export const unpacked = (image: Buffer): Buffer => (image[0] === 0x1f ? gunzipSync(image) : image);
