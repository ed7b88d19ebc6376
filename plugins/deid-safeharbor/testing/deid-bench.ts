// Runs single objects through de-identification in tests, and reads what came out.
import { createSecretKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DatasetView, readFileHeader } from "@thalamus/sdk/dicom";
import { deidentifyFile, type FileReport } from "../elements/deidentify-file.ts";
import { openStudyContext, type StudyContext } from "../elements/study-context.ts";
import { DeidSettings } from "../settings.ts";
import type { PatientIdentity } from "../values/pseudonym.ts";

const properties = Object.entries(DeidSettings.properties as Record<string, { default?: unknown }>);
export const DEFAULTS = Object.fromEntries(
  properties.map(([name, { default: value }]) => [name, value]),
) as DeidSettings;

const key = (letter: string) => createSecretKey(Buffer.alloc(32, letter));
export const KEYS = { uid: key("u"), date: key("d"), pseudonym: key("p") };
export const NOBODY: PatientIdentity = {
  patientId: "4711",
  issuerOfPatientId: "",
  patientName: "",
  patientBirthDate: "",
  studyInstanceUid: "",
};

export interface Copied {
  readonly bytes: Buffer;
  readonly dataset: DatasetView;
  readonly meta: DatasetView;
  readonly report: FileReport;
  readonly context: StudyContext;
}

/** A folder of its own for each file of tests. */
export class DeidBench {
  readonly folder = mkdtempSync(join(tmpdir(), "deid-"));
  #made = 0;

  context(settings: Partial<DeidSettings> = {}, patient: Partial<PatientIdentity> = {}): StudyContext {
    return openStudyContext({ ...DEFAULTS, ...settings }, KEYS, { ...NOBODY, ...patient });
  }

  /** @param source bytes of a PS3.10 file, or the path of one */
  async copy(source: Buffer | string, settings: Partial<DeidSettings> | StudyContext = {}): Promise<Copied> {
    const context = "pseudonym" in settings ? settings : this.context(settings);
    this.#made += 1;
    const target = join(this.folder, `${this.#made}-out.dcm`);
    let path = source;
    if (typeof path !== "string") {
      path = join(this.folder, `${this.#made}-in.dcm`);
      writeFileSync(path, source);
    }
    const report = await deidentifyFile(path, target, context, new AbortController().signal);
    const { dataset, meta } = await readFileHeader(target);
    return { bytes: readFileSync(target), dataset, meta, report, context };
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}
