// Runs the de-identifier of the plugin on the leak corpus: the one place that knows how it is called.
import { createSecretKey } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Value } from "typebox/value";
import { deidentifyFile } from "../../plugins/deid-safeharbor/elements/deidentify-file.ts";
import { openStudyContext } from "../../plugins/deid-safeharbor/elements/study-context.ts";
import type { ProofOptions } from "../../plugins/deid-safeharbor/proof/verify.ts";
import { DeidSettings } from "../../plugins/deid-safeharbor/settings.ts";
import { type LeakFile, PATIENT, STUDY_UID } from "./leak-corpus.ts";

/** One file of the corpus and what became of it. */
export interface DeidentifiedFile {
  readonly file: LeakFile;
  readonly source: string;
  readonly output: string;
  /** All that the de-identifier says about it, as it would be shown or written. */
  readonly report: string;
}

export interface DeidentifiedCorpus {
  readonly files: readonly DeidentifiedFile[];
  readonly options: ProofOptions;
}

/** Values that stand where an attribute must have one. */
const WRITTEN = ["REMOVED", "19000101", "19000101000000", "000000", "0", "000Y", "urn:removed"];

/** @param settings what differs from the defaults of the plugin */
export async function deidentifyCorpus(
  folder: string,
  files: readonly LeakFile[],
  settings: { readonly shiftDates: boolean },
): Promise<DeidentifiedCorpus> {
  const key = (byte: number) => createSecretKey(Buffer.alloc(32, byte));
  const keys = { uid: key(1), date: key(2), pseudonym: key(3) };
  const all = Value.Default(DeidSettings, { ...settings }) as DeidSettings;
  const context = openStudyContext(all, keys, {
    ...PATIENT,
    issuerOfPatientId: "",
    studyInstanceUid: STUDY_UID,
  });
  for (const part of ["source", "output"]) mkdirSync(join(folder, part), { recursive: true });
  const done: DeidentifiedFile[] = [];
  for (const file of files) {
    const source = join(folder, "source", file.name);
    const output = join(folder, "output", file.name);
    writeFileSync(source, file.content);
    const report = await deidentifyFile(source, output, context, AbortSignal.timeout(30_000));
    done.push({ file, source, output, report: JSON.stringify(report) });
  }
  const pseudonym = { patientName: context.pseudonym, patientId: context.pseudonym };
  return {
    files: done,
    options: { pseudonym, dates: settings.shiftDates ? "shift" : "remove", written: WRITTEN },
  };
}
