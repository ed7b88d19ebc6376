// The copies that an earlier run left in --out: whether this run may go on with them, and of which studies they are.
import { closeSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ReceivedStudy, SiteKeys } from "@thalamus/sdk";
import { type DeidKeys, deidKeys } from "../../plugins/deid-safeharbor/elements/deid-keys.ts";
import { DICOM_RULES, NIFTI_RULES, PROGRAM } from "../../plugins/deid-safeharbor/made-by.ts";
import { checkManifest } from "../../plugins/deid-safeharbor/proof/check-manifest.ts";
import { settingsDigest } from "../../plugins/deid-safeharbor/proof/manifest.ts";
import type { ManifestHeader } from "../../plugins/deid-safeharbor/proof/manifest-lines.ts";
import type { DeidSettings } from "../../plugins/deid-safeharbor/settings.ts";
import { patientLine, pseudonymOf } from "../../plugins/deid-safeharbor/values/pseudonym.ts";
import { UidMap } from "../../plugins/deid-safeharbor/values/uid-map.ts";
import { compareCopy, sourcesOf } from "./compare-copy.ts";
import { type DeidResult, MANIFEST } from "./deid-study.ts";
import { Mistake } from "./mistake.ts";
import { publicKeyIn } from "./public-key-file.ts";
import { expectNoRun, RUN_MARK } from "./run-mark.ts";

/** What a run calls its copies, and what it had not finished. */
const PSEUDONYM = /^P[0-9A-Z]{16}$/;
const NEW_UID = /^2\.25\.\d{1,39}$/;
const UNFINISHED = /^\.work-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** A header has less. */
const HEADER_BYTES = 4096;

export interface EarlierOptions {
  readonly out: string;
  readonly settings: DeidSettings;
  readonly keys: SiteKeys;
}

export class EarlierCopies {
  readonly #out: string;
  readonly #publicKey: string;
  readonly #keys: DeidKeys;
  readonly #uids: UidMap;
  /** `PSEUDONYM/NEW-STUDY-UID` by the UID; two when the same study is there of two patients. */
  readonly #folders = new Map<string, string[]>();

  /** Copies of no study that is there now, and the folder by the SHA-256 of each file it was made of. */
  #strangers: readonly string[] = [];
  #strangerImages: Promise<ReadonlyMap<string, string>> | undefined;

  private constructor({ out, keys }: EarlierOptions) {
    this.#out = out;
    this.#publicKey = keys.signing.publicKeyPem;
    this.#keys = deidKeys(keys);
    this.#uids = new UidMap(this.#keys.uid);
    for (const folder of copiesIn(out)) {
      const uid = folder.slice(folder.indexOf("/") + 1);
      this.#folders.set(uid, [...(this.#folders.get(uid) ?? []), folder]);
    }
  }

  /**
   * @param options the folder is there
   * @throws Mistake when a run is still at work there, or an earlier one had another key, other settings or rules
   */
  static async open(options: EarlierOptions): Promise<EarlierCopies> {
    const { out } = options;
    expectNoRun(out);
    const earlier = new EarlierCopies(options);
    const isOfRun = (name: string) => name === RUN_MARK || UNFINISHED.test(name);
    const isEarlier = earlier.count > 0 || publicKeyIn(out) !== undefined || readdirSync(out).some(isOfRun);
    if (!isEarlier && readdirSync(out).length > 0)
      throw new Mistake(`${out} holds nothing of an earlier run: choose another folder for --out.`);
    await earlier.#expectSameKey();
    const digest = settingsDigest(options.settings);
    for (const folder of earlier.#all()) expectSameSettings(join(out, folder), digest);
    return earlier;
  }

  get count(): number {
    return this.#all().length;
  }

  /** What was under way when the earlier run ended. */
  removeUnfinished(): void {
    for (const name of readdirSync(this.#out))
      if (UNFINISHED.test(name)) rmSync(join(this.#out, name), { recursive: true, force: true });
  }

  /** @returns nothing when there is no copy of the study; failed when it is not to be left out, nor written over */
  async resultOf(study: ReceivedStudy): Promise<DeidResult | undefined> {
    const { wanted, there } = this.#placeOf(study);
    const [other] = there.filter((folder) => folder !== wanted);
    if (other !== undefined)
      return this.#refused(other, "The study has changed since it was copied: another PatientID (0010,0020)");
    if (there.length === 0) return study.format === "nifti" ? this.#ofSameImages(study) : undefined;
    const [patientPseudonym = "", studyInstanceUid = ""] = wanted.split("/");
    const copy = { folder: join(this.#out, wanted), patientPseudonym, studyInstanceUid };
    const options = { publicKey: this.#publicKey, uids: this.#uids };
    const compared = await compareCopy(copy, await study.instances(), options);
    if ("problem" in compared) return this.#refused(wanted, compared.problem);
    return { state: "done before", folder: wanted, ...compared };
  }

  /** @param studies all that are in --in now @returns how many copies are of none of them */
  compareWith(studies: readonly ReceivedStudy[]): number {
    const known = new Set(studies.flatMap((study) => this.#placeOf(study).there));
    this.#strangers = this.#all().filter((folder) => !known.has(folder));
    return this.#strangers.length;
  }

  /** A folder of NIfTI images is known by all of its images: with one more it is another study, of another pseudonym. */
  async #ofSameImages(study: ReceivedStudy): Promise<DeidResult | undefined> {
    this.#strangerImages ??= imagesOf(this.#strangers.map((folder) => [folder, join(this.#out, folder)]));
    const known = await this.#strangerImages;
    const images = (await study.instances()).filter(({ role }) => role === "image");
    const folder = images.map(({ sha256 }) => known.get(sha256)).find((found) => found !== undefined);
    if (folder === undefined) return undefined;
    return this.#refused(folder, "The study has changed since it was copied: it has other images");
  }

  #placeOf({ identity }: ReceivedStudy): { readonly wanted: string; readonly there: readonly string[] } {
    const patient = identity.reveal();
    const uid = this.#uids.map(patient.studyInstanceUid);
    const pseudonym = pseudonymOf(this.#keys.pseudonym, patientLine(patient));
    return { wanted: `${pseudonym}/${uid}`, there: this.#folders.get(uid) ?? [] };
  }

  #refused(folder: string, problem: string): DeidResult {
    const path = join(this.#out, folder);
    const remedy = `Its copy was left as it is; to make it anew, remove ${path} and run again with --continue.`;
    return { state: "failed", reasons: [`${problem}. ${remedy}`] };
  }

  #all(): string[] {
    return [...this.#folders.values()].flat();
  }

  /** A run of an older version that was killed left copies without the file. */
  async #expectSameKey(): Promise<void> {
    const there = publicKeyIn(this.#out);
    const [first] = this.#all();
    const isOther =
      there === undefined
        ? first !== undefined && (await this.#isOfOtherKey(join(this.#out, first, MANIFEST)))
        : there !== this.#publicKey;
    if (isOther) throw new Mistake(`The copies in ${this.#out} were made with another key. ${CHOOSE}`);
  }

  async #isOfOtherKey(manifest: string): Promise<boolean> {
    if (headerOf(dirname(manifest)) === undefined) return false;
    const { problems } = await checkManifest(manifest, { publicKey: this.#publicKey });
    return problems.some(({ code }) => code === "other-key");
  }
}

const CHOOSE = "Go on as that run began, or choose another folder for --out.";

function copiesIn(out: string): string[] {
  const foldersIn = (path: string, form: RegExp) =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && form.test(entry.name))
      .map(({ name }) => name);
  return foldersIn(out, PSEUDONYM).flatMap((pseudonym) =>
    foldersIn(join(out, pseudonym), NEW_UID).map((uid) => `${pseudonym}/${uid}`),
  );
}

async function imagesOf(folders: readonly (readonly [string, string])[]): Promise<Map<string, string>> {
  const images = new Map<string, string>();
  for (const [folder, path] of folders)
    for (const sha256 of await sourcesOf(path)) images.set(sha256, folder);
  return images;
}

/** Of a copy without a manifest its study tells. */
function expectSameSettings(folder: string, digest: string): void {
  const header = headerOf(folder);
  if (header === undefined) return;
  if (header.settingsSha256 !== digest)
    throw new Mistake(`${folder} was made with other settings. ${CHOOSE}`);
  const said = JSON.stringify([header.program, header.ruleSet]);
  if (![DICOM_RULES, NIFTI_RULES].some((rules) => said === JSON.stringify([PROGRAM, rules])))
    throw new Mistake(`${folder} was made by another version of this program. ${CHOOSE}`);
}

/** @returns nothing when there is none, or none that can be read */
function headerOf(folder: string): ManifestHeader | undefined {
  const buffer = Buffer.alloc(HEADER_BYTES);
  try {
    const file = openSync(join(folder, MANIFEST), "r");
    const read = readSync(file, buffer);
    closeSync(file);
    return JSON.parse(buffer.toString("utf8", 0, read).split("\n")[0] ?? "") as ManifestHeader;
  } catch {
    return undefined;
  }
}
