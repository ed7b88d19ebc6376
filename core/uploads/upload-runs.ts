// Takes uploads in whose bytes are all there: check, survey, intake; and goes on with them after a crash.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { Accepted, Metrics } from "@thalamus/sdk";
import type { UploadSettings } from "../config/upload-settings.ts";
import { NO_COUNTS, type UploadCounts, type UploadRow } from "../database/entities/upload.ts";
import type { DurableIntake } from "../intake/intake.ts";
import type { HubLog } from "../observe/log.ts";
import type { Route } from "../steps/route.ts";
import { type ArchiveWalk, UnpackLimits } from "./archive-entry.ts";
import { ArchiveFile } from "./archive-file.ts";
import { archiveKind, walkThrough } from "./archive-kind.ts";
import type { PatientValues } from "./patient-values.ts";
import {
  type ArchiveParts,
  surveyArchives,
  tellInside,
  type WholeSight,
  withStudyArchive,
} from "./study-archives.ts";
import { supplyValues } from "./supplied-values.ts";
import { type Survey, survey } from "./survey.ts";
import { judge, type Plan } from "./survey-verdict.ts";
import { takeIn } from "./take-in.ts";
import { TryUploadLater, UploadRefusal } from "./upload-problem.ts";
import type { UploadEnd, UploadStore } from "./upload-store.ts";

export interface RunParts {
  readonly orm: MikroORM;
  readonly store: UploadStore;
  readonly intake: Pick<DurableIntake, "open">;
  readonly route: Route;
  /** Folder of the files of uploads. */
  readonly folder: string;
  readonly hubId: string;
  readonly settings: UploadSettings;
  readonly log: HubLog;
  readonly metrics: Metrics;
}

/** What every instance of an upload says about its sender. */
const SOURCE = { plugin: "upload", callingAe: "UPLOAD", calledAe: "" };
const PROGRESS_MS = 500;

/** The upload is over, however: its studies may become stable. */
export async function endAssociation({ id, remoteAddress }: UploadRow, parts: RunParts): Promise<void> {
  await parts.intake.open({ ...SOURCE, remoteAddress }, id).close();
}

/**
 * Takes one upload in, from the begin: what was accepted before a crash is a duplicate now, and a duplicate is
 * success. Its association stays open until the end, so that no study of it becomes stable in between.
 * @throws TryUploadLater, the reason of the signal, or a bug; the upload stays as it is then
 */
export async function runUpload(row: UploadRow, parts: RunParts, signal: AbortSignal): Promise<UploadEnd> {
  const run = new UploadRun(row, parts, signal);
  try {
    return await run.run();
  } catch (error) {
    if (!(error instanceof UploadRefusal)) throw error;
    return run.failed(error);
  } finally {
    run.stop();
  }
}

class UploadRun {
  readonly #row: UploadRow;
  readonly #parts: RunParts;
  readonly #signal: AbortSignal;
  readonly #path: string;
  readonly #counts = { ...NO_COUNTS };
  readonly #studies = new Map<string, Promise<void>>();
  #survey: WholeSight | undefined;
  #told = 0;
  #unpackedBytes = 0;

  constructor(row: UploadRow, parts: RunParts, signal: AbortSignal) {
    this.#row = row;
    this.#parts = parts;
    this.#signal = signal;
    this.#path = join(parts.folder, row.id);
  }

  async run(): Promise<UploadEnd> {
    const { store, settings } = this.#parts;
    const packedBytes = await this.#size();
    const sha256 = await this.#checksum();
    await using file = await ArchiveFile.open([this.#path]);
    const kind = await archiveKind(file);
    const walk = () => {
      const limits = new UnpackLimits(settings, packedBytes);
      return { limits, entries: walkThrough(file, kind, limits) };
    };
    if (this.#row.studyArchives) return await this.#runArchives(walk, sha256);
    const found = await survey(walk().entries, settings, this.#signal);
    this.#survey = found;
    const plan = judge(found, valuesOf(this.#row), settings);
    await store.found(this.#row.id, { format: plan.format, sha256 });
    const { limits, entries } = walk();
    await this.#takeIn(entries, limits, found, plan);
    return this.#done(found);
  }

  /** one ZIP after the other; none is taken in before all were looked through. */
  async #runArchives(
    walk: () => { limits: UnpackLimits; entries: ArchiveWalk },
    sha256: string,
  ): Promise<UploadEnd> {
    const { store, settings } = this.#parts;
    const [signal, scratch] = [this.#signal, `${this.#path}.study`];
    const partsOf = (limits: UnpackLimits): ArchiveParts => ({ limits, settings, signal, scratch });
    const first = walk();
    const { studies, whole } = await surveyArchives(first.entries, partsOf(first.limits));
    this.#survey = whole;
    const [format, other] = [...new Set([...studies.values()].map(({ plan }) => plan.format))];
    await store.found(this.#row.id, { format: other === undefined ? format : null, sha256 });
    const { limits, entries } = walk();
    for await (const entry of entries) {
      const study = studies.get(entry.position);
      if (!study) continue;
      const { found, plan } = study;
      await withStudyArchive(entry, partsOf(limits), (inside) => this.#takeIn(inside, limits, found, plan));
      tellInside(entry.position, found.problems, whole.problems);
    }
    return this.#done(whole);
  }

  failed({ code, message }: UploadRefusal): UploadEnd {
    const problems = this.#survey?.problems.list() ?? [];
    const studyIds = [...this.#studies.keys()];
    const came = { unpackedBytes: this.#unpackedBytes, counts: this.#tally(), problems, studyIds };
    return { state: "failed", code, message, ...came };
  }

  stop(): void {
    this.#told = Number.POSITIVE_INFINITY;
  }

  async #size(): Promise<number> {
    const sight = await stat(this.#path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw new TryUploadLater("intake.storage-failed", "The file of the upload cannot be read now.");
    });
    if (sight && sight.size === this.#row.bytes) return sight.size;
    throw new UploadRefusal("upload.lost", "The bytes of the upload are not there any more. Upload again.");
  }

  /** @returns SHA-256 of the upload as it was sent, lower-case hex */
  async #checksum(): Promise<string> {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(this.#path, {
      highWaterMark: 1_048_576,
      signal: this.#signal,
    })) {
      hash.update(chunk as Buffer);
    }
    const sha256 = hash.digest("hex");
    const { expectedSha256 } = this.#row;
    if (expectedSha256 && expectedSha256 !== sha256) {
      const message = "What arrived differs from the SHA-256 the sender announced. Upload again.";
      throw new UploadRefusal("upload.checksum", message);
    }
    return sha256;
  }

  async #takeIn(entries: ArchiveWalk, limits: UnpackLimits, found: Survey, plan: Plan): Promise<void> {
    const { intake } = this.#parts;
    const source = { ...SOURCE, remoteAddress: this.#row.remoteAddress };
    const association = intake.open(source, this.#row.id);
    await takeIn(entries, {
      association,
      dicom: found.dicom,
      nifti: plan.nifti,
      problems: found.problems,
      accepted: (accepted) => this.#accepted(accepted, plan),
      passed: () => {
        this.#unpackedBytes = limits.bytes;
        this.#tell();
      },
      signal: this.#signal,
    });
  }

  #accepted({ outcome, studyId }: Accepted, plan: Plan): Promise<void> {
    this.#counts[outcome] += 1;
    let supplied = this.#studies.get(studyId);
    if (!supplied) {
      const { orm, route } = this.#parts;
      const { id: uploadId, products, account, groupId } = this.#row;
      const source = { upload: uploadId };
      const given = { ...plan.supplied, source, products, groupId, actor: account.name };
      supplied = supplyValues(orm, route, studyId, given);
      this.#studies.set(studyId, supplied);
    }
    return supplied;
  }

  #done(found: WholeSight): UploadEnd {
    const counts = this.#tally();
    const problems = found.problems.list();
    const studyIds = [...this.#studies.keys()];
    const came = { unpackedBytes: this.#unpackedBytes, counts, problems, studyIds };
    if (studyIds.length > 0) return { state: "done", ...came };
    const [first] = problems;
    const same = first !== undefined && problems.every(({ code }) => code === first.code);
    const message = same ? first.message : "No file of the upload could be taken in.";
    const code = same ? first.code : "upload.nothing-taken";
    return { state: "failed", code, message, ...came };
  }

  #tally(): UploadCounts {
    const { files = 0, skipped = 0, problems } = this.#survey ?? {};
    return { ...this.#counts, files, skipped, refused: problems?.refused ?? 0 };
  }

  /** A hint for screens; nothing waits for it. */
  #tell(): void {
    if (Date.now() - this.#told < PROGRESS_MS) return;
    this.#told = Date.now();
    const { store } = this.#parts;
    void store.progress(this.#row.id, this.#unpackedBytes, this.#tally()).catch(() => undefined);
  }
}

function valuesOf(row: UploadRow): PatientValues {
  const { studyName, accessionNumber, patientAge, patientSex } = row;
  const given = Object.entries({ studyName, accessionNumber, patientAge, patientSex });
  return Object.fromEntries(given.filter(([, value]) => value !== ""));
}
