// Writes the manifest of a de-identified study: one line for each file, chained, and signed at the end.
import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type { SigningKey } from "@thalamus/sdk";
import {
  MANIFEST_FORMAT,
  type ManifestFile,
  type ManifestHeader,
  SCOPE,
  sha256Of,
} from "./manifest-lines.ts";
import { signedLine } from "./manifest-signature.ts";

export type { ManifestFile, ManifestHeader } from "./manifest-lines.ts";

/** What the first line says beside the format and the scope. */
export type ManifestAbout = Omit<ManifestHeader, "type" | "format" | "scope">;

/** The finished file, and what the next manifest of this site refers to. */
export interface WrittenManifest {
  readonly path: string;
  readonly bytes: number;
  /** Of the file; `previousManifest` of the next one. */
  readonly sha256: string;
}

const FLUSH_CHARACTERS = 65_536;

/** Lines go out as they come, so that a study of any number of files takes the same memory. */
export class ManifestWriter {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #hash: Hash = createHash("sha256");
  readonly #rules = new Map<string, number>();
  #previous = "";
  #pending = "";
  #written = 0;
  #files = 0;
  #bytes = 0;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** @param path must not exist yet */
  static async open(path: string, about: ManifestAbout): Promise<ManifestWriter> {
    const writer = new ManifestWriter(path, await open(path, "wx", 0o644));
    const header: ManifestHeader = { type: "header", format: MANIFEST_FORMAT, scope: SCOPE, ...about };
    await writer.#line(JSON.stringify(header));
    return writer;
  }

  async add(entry: ManifestFile): Promise<void> {
    this.#files += 1;
    this.#bytes += entry.bytes;
    for (const [rule, count] of Object.entries(entry.rules)) {
      this.#rules.set(rule, (this.#rules.get(rule) ?? 0) + count);
    }
    const { path, sourceSha256, outputSha256, bytes, sopInstanceUid, masked, rules } = entry;
    const said = { path, sourceSha256, outputSha256, bytes, sopInstanceUid, masked, rules };
    await this.#line(JSON.stringify({ type: "file", previous: this.#previous, ...said }));
  }

  /** Signs, flushes to the disk and closes. */
  async finish(key: SigningKey): Promise<WrittenManifest> {
    const counts = { files: this.#files, bytes: this.#bytes, rules: Object.fromEntries(this.#rules) };
    await this.#line(signedLine({ type: "end", previous: this.#previous, ...counts }, key));
    await this.#flush();
    await this.#file.sync();
    await this.#file.close();
    const sha256 = this.#hash.digest("hex");
    return { path: this.#path, bytes: this.#written, sha256 };
  }

  /** Gives up; what was written is without a signature, and the caller removes it. */
  async abandon(): Promise<void> {
    await this.#file.close();
  }

  async #line(text: string): Promise<void> {
    this.#previous = sha256Of(text);
    this.#pending += `${text}\n`;
    if (this.#pending.length >= FLUSH_CHARACTERS) await this.#flush();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#pending);
    this.#pending = "";
    this.#hash.update(bytes);
    this.#written += bytes.length;
    await this.#file.writeFile(bytes);
  }
}

/** The settings in force as one number: the same settings in another order give the same. */
export function settingsDigest(settings: unknown): string {
  return sha256Of(
    JSON.stringify(settings, (_, value: unknown) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
      return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    }),
  );
}
