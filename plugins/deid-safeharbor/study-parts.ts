// What the pass over a study needs of the other parts: the judge of pixels, the second pass, and the manifest.
import type { CheckLine, StoredInstance } from "@thalamus/sdk";
import type { FileSource } from "@thalamus/sdk/dicom";
import type { FileReport, ReplacedPixels } from "./elements/deidentify-file.ts";

/** What a look at one object says about its pixels; no PHI in any line. */
export interface JudgedPixels {
  /** A person has to look at it first. */
  readonly held: boolean;
  readonly lines: readonly CheckLine[];
  /** Reads from the file that was judged. */
  readonly replaced?: ReplacedPixels;
}

/** A source, its copy, and what was done. */
export interface CopiedFile {
  readonly instance: StoredInstance;
  /** Absolute path of the copy. */
  readonly path: string;
  /** From the folder of the copy on. */
  readonly name: string;
  readonly report: Omit<FileReport, "changes">;
  /** How many elements each rule changed: which ones they were, nobody asks of a whole study. */
  readonly rules: Readonly<Record<string, number>>;
}

export interface WrittenRecord {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface StudyParts {
  /** @param file of an instance, open; it stays open until the copy is made */
  judge(file: FileSource): Promise<JudgedPixels>;
  /** The second pass over one copy. @returns what is wrong, in words without values */
  prove(copy: CopiedFile): Promise<readonly string[]>;
  /** What is wrong with copies that were proven before everything was known of the study. */
  finishProof(): Promise<readonly string[]>;
  /** Writes the manifest of a study that passed. */
  record(copies: readonly CopiedFile[], studyInstanceUid: string): Promise<WrittenRecord>;
}
