// The lines of a manifest: what each says, how they are chained, and how they are read again.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

export const MANIFEST_FORMAT = "thalamus.deid-manifest/1";
export const SCOPE =
  "Faces are not removed: a face can be rendered from a head scan, and that is out of scope of this de-identification.";

/** What a manifest begins with. Nothing in it comes from the source. */
export interface ManifestHeader {
  readonly type: "header";
  readonly format: typeof MANIFEST_FORMAT;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly program: { readonly name: string; readonly version: string };
  /** Edition of PS3.15 and version of the rules on top of it. */
  readonly ruleSet: { readonly name: string; readonly version: string };
  /** SHA-256 of the settings in force, lower-case hex. */
  readonly settingsSha256: string;
  readonly scope: string;
  /** PatientID (0010,0020) and StudyInstanceUID (0020,000D) of the copy. */
  readonly patientPseudonym: string;
  readonly studyInstanceUid: string;
  /** SHA-256 of the file of the manifest that this site signed before; null for the first one. */
  readonly previousManifest: string | null;
}

/** One file of the copy. */
export interface ManifestFile {
  /** From the folder of the copy on, with `/`. */
  readonly path: string;
  readonly sourceSha256: string;
  readonly outputSha256: string;
  readonly bytes: number;
  /** SOPInstanceUID (0008,0018) of the copy. */
  readonly sopInstanceUid: string;
  /** Whether regions of the pixels were blanked. */
  readonly masked: boolean;
  /** How many elements each rule changed. */
  readonly rules: Readonly<Record<string, number>>;
}

export interface ManifestFileLine extends ManifestFile {
  readonly type: "file";
  /** SHA-256 of the line before, lower-case hex. */
  readonly previous: string;
}

export interface ManifestEnd {
  readonly type: "end";
  readonly previous: string;
  readonly files: number;
  readonly bytes: number;
  readonly rules: Readonly<Record<string, number>>;
  readonly keyId: string;
  /** SPKI in PEM. */
  readonly publicKey: string;
  /** Ed25519 over the line without this field; base64. */
  readonly signature: string;
}

export type ManifestLine = ManifestHeader | ManifestFileLine | ManifestEnd;

export const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");

const LONGEST_LINE = 1024 ** 2;

/** A line is too long to be one of a manifest. */
export class NoManifest extends Error {
  override readonly name = "NoManifest";
}

/**
 * The lines of a file without their ends, one after the other, whatever its size.
 * @throws NoManifest
 */
export async function* readLines(file: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(file, { encoding: "utf8" })) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST_LINE) throw new NoManifest("a line is too long");
    yield* lines;
  }
  if (rest !== "") yield rest;
}
