// Checks a manifest: its chain, its signature, and the files it speaks of.
import { createHash, type KeyObject } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import {
  MANIFEST_FORMAT,
  type ManifestEnd,
  type ManifestFileLine,
  type ManifestHeader,
  type ManifestLine,
  NoManifest,
  readLines,
  sha256Of,
} from "./manifest-lines.ts";
import { isSignedBy, keyIdOf, readPublicKey } from "./manifest-signature.ts";

export interface ManifestProblem {
  readonly code:
    | "no-manifest"
    | "chain-broken"
    | "counts-differ"
    | "not-signed"
    | "signature-wrong"
    | "other-key"
    | "other-previous"
    | "path-outside"
    | "file-missing"
    | "file-differs"
    | "file-unexpected";
  /** A sentence; names files of the copy, never a patient. */
  readonly text: string;
}

export interface CheckedManifest {
  readonly valid: boolean;
  readonly problems: readonly ManifestProblem[];
  readonly header?: ManifestHeader;
  readonly files: number;
  /** Whose key the signature was checked with: one that was given, or just the one in the manifest itself. */
  readonly key?: { readonly id: string; readonly from: "given" | "manifest" };
  /** How many files of the folder were compared; undefined without a folder. */
  readonly compared?: number;
  /** Of the manifest's file: what the next one of the site says as its `previousManifest`. */
  readonly sha256: string;
}

export interface ManifestChecks {
  /** Folder of the copy: each file is read and compared, and none may be missing or too many. */
  readonly folder?: string;
  /** SPKI in PEM; without it the key in the manifest is used, which proves no change but not who signed. */
  readonly publicKey?: string;
  /** SHA-256 of the file of the manifest before this one. */
  readonly previousManifest?: string | null;
}

/** Reads the manifest once from begin to end; the size of the study does not matter. */
export async function checkManifest(file: string, checks: ManifestChecks = {}): Promise<CheckedManifest> {
  const check = new ManifestCheck(file, checks);
  try {
    for await (const line of readLines(file)) await check.line(line);
  } catch (error) {
    if (!(error instanceof NoManifest)) throw error;
    check.problem("no-manifest", `This is no manifest: ${error.message}.`);
  }
  return check.end();
}

class ManifestCheck {
  readonly #file: string;
  readonly #checks: ManifestChecks;
  readonly #problems: ManifestProblem[] = [];
  readonly #paths = new Set<string>();
  #header: ManifestHeader | undefined;
  #end: ManifestEnd | undefined;
  #key: CheckedManifest["key"];
  #previous = "";
  #number = 0;
  #bytes = 0;
  #compared = 0;

  constructor(file: string, checks: ManifestChecks) {
    this.#file = file;
    this.#checks = checks;
  }

  problem(code: ManifestProblem["code"], text: string): void {
    this.#problems.push({ code, text });
  }

  async line(text: string): Promise<void> {
    this.#number += 1;
    const line = parsed(text);
    if (this.#number === 1) {
      if (line?.type !== "header" || line.format !== MANIFEST_FORMAT)
        throw new NoManifest("it does not begin as one");
      this.#header = line;
      this.#checkPrevious(line);
    } else if (this.#end !== undefined) {
      this.problem("chain-broken", `Line ${this.#number} comes after the signature.`);
    } else if (line?.type !== "file" && line?.type !== "end") {
      this.problem("chain-broken", `Line ${this.#number} cannot be read.`);
    } else {
      if (line.previous !== this.#previous) {
        this.problem(
          "chain-broken",
          `Line ${this.#number} does not follow the line before it: one was changed, left out or put in.`,
        );
      }
      if (line.type === "file") await this.#fileLine(line);
      else this.#endLine(line, text);
    }
    this.#previous = sha256Of(text);
  }

  async end(): Promise<CheckedManifest> {
    const begun = this.#header !== undefined;
    if (begun && !this.#end) this.problem("not-signed", "The manifest has no signature: its end is missing.");
    if (begun && this.#checks.folder !== undefined) await this.#findUnexpected(this.#checks.folder);
    if (!begun && this.#problems.length === 0)
      this.problem("no-manifest", "This is no manifest: it is empty.");
    return {
      valid: this.#problems.length === 0,
      problems: this.#problems,
      ...(this.#header ? { header: this.#header } : {}),
      files: this.#paths.size,
      ...(this.#key ? { key: this.#key } : {}),
      ...(this.#checks.folder === undefined ? {} : { compared: this.#compared }),
      sha256: (await sha256OfFile(this.#file)) ?? "",
    };
  }

  #checkPrevious({ previousManifest }: ManifestHeader): void {
    const wanted = this.#checks.previousManifest;
    if (wanted === undefined || wanted === previousManifest) return;
    this.problem("other-previous", "It does not follow the manifest that was given as the one before.");
  }

  async #fileLine(line: ManifestFileLine): Promise<void> {
    this.#bytes += line.bytes;
    const twice = this.#paths.has(line.path);
    this.#paths.add(line.path);
    if (twice) this.problem("chain-broken", `${line.path} is listed twice.`);
    if (this.#checks.folder === undefined) return;
    const folder = resolve(this.#checks.folder);
    const path = resolve(folder, line.path);
    if (!path.startsWith(folder + sep)) {
      this.problem("path-outside", `${line.path} is not in the folder of the copy.`);
      return;
    }
    const sha256 = await sha256OfFile(path);
    if (sha256 === undefined) this.problem("file-missing", `${line.path} is missing.`);
    else if (sha256 !== line.outputSha256)
      this.problem("file-differs", `${line.path} is not as it was written.`);
    this.#compared += 1;
  }

  #endLine(line: ManifestEnd, text: string): void {
    this.#end = line;
    if (line.files !== this.#paths.size || line.bytes !== this.#bytes) {
      this.problem("counts-differ", `It should list ${line.files} files and lists ${this.#paths.size}.`);
    }
    const embedded = readPublicKey(line.publicKey);
    const given = this.#checks.publicKey === undefined ? undefined : readPublicKey(this.#checks.publicKey);
    if (this.#checks.publicKey !== undefined && !given) {
      this.problem("other-key", "The given key is no Ed25519 public key in PEM.");
      return;
    }
    const key = given ?? embedded;
    if (!key) {
      this.problem("not-signed", "The manifest holds no public key.");
      return;
    }
    this.#checkSignature(line, text, key, given ? "given" : "manifest");
  }

  #checkSignature(line: ManifestEnd, text: string, key: KeyObject, from: "given" | "manifest"): void {
    const id = keyIdOf(key);
    this.#key = { id, from };
    if (isSignedBy(text, key)) {
      if (line.keyId !== id)
        this.problem("other-key", `It names key ${line.keyId} and is signed with ${id}.`);
      return;
    }
    const isOther = from === "given" && line.keyId !== id;
    if (isOther)
      this.problem("other-key", `It is signed with key ${line.keyId}, not with the given key ${id}.`);
    else
      this.problem(
        "signature-wrong",
        "The signature does not fit: the manifest was changed after it was signed.",
      );
  }

  async #findUnexpected(folder: string): Promise<void> {
    const own = resolve(this.#file);
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) continue;
      const path = join(entry.parentPath, entry.name);
      const name = relative(folder, path).split(sep).join("/");
      if (resolve(path) === own || this.#paths.has(name)) continue;
      this.problem("file-unexpected", `${name} is not in the manifest.`);
    }
  }
}

function parsed(text: string): ManifestLine | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === "object" && line !== null ? (line as ManifestLine) : undefined;
  } catch {
    return undefined;
  }
}

async function sha256OfFile(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  } catch {
    return undefined;
  }
  return hash.digest("hex");
}
