// Image files of a study, put where a hub keeps what it received, with their rows.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { EntityManager } from "@mikro-orm/postgresql";
import { Instance } from "../../core/database/entities/instance.ts";
import type { StudyRow } from "../../core/database/entities/study.ts";
import { readFileHeader, Tag } from "../../sdk/dicom/index.ts";
import { writeDwiPhantom } from "../../sdk/testing/index.ts";

/** @param received the tree of received files */
export async function plantImages(
  em: EntityManager,
  study: StudyRow,
  received: string,
  files: readonly Buffer[],
): Promise<void> {
  for (const [index, content] of files.entries()) {
    const sha256 = createHash("sha256").update(content).digest("hex");
    const path = join(study.id.slice(0, 2), study.id, `${sha256.slice(0, 24)}.dcm`);
    const file = join(received, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    const { meta, dataset } = await readFileHeader(file);
    const uid = (tag: number) => dataset.ascii(tag) ?? "";
    em.create(Instance, {
      ...{ study, revision: study.revision, hubId: null, sha256, bytes: content.length, path },
      seriesInstanceUid: uid(Tag.SeriesInstanceUID),
      sopInstanceUid: uid(Tag.SOPInstanceUID) || `${study.studyInstanceUid}.${index}`,
      sopClassUid: uid(Tag.SOPClassUID),
      transferSyntaxUid: meta.ascii(Tag.TransferSyntaxUID) ?? "",
      modality: uid(Tag.Modality),
      ...{ callingAe: "PACS1", calledAe: "THALAMUS", remoteAddress: "127.0.0.1" },
    });
    // rows in the order of the files
    await em.flush();
  }
}

/** Slices of a head, as a scanner would have made them. */
export async function plantHead(em: EntityManager, study: StudyRow, received: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-head-"));
  const { files } = await writeDwiPhantom(folder, { slices: 20, matrix: 96, directions: 6 });
  // the first volume, without diffusion, looks most like a head
  const first = files.slice(0, 20).map((file) => readFileSync(file));
  await plantImages(em, study, received, first);
  rmSync(folder, { recursive: true, force: true });
}
