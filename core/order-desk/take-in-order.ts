// Takes the data of an order in, all of it or nothing: look through, judge, take in, begin.
import type { Accepted } from "@thalamus/sdk";
import { type CloudOrderRow, CloudUpload } from "../database/entities/cloud-order.ts";
import { type Survey, survey } from "../uploads/survey.ts";
import { judge } from "../uploads/survey-verdict.ts";
import { takeIn } from "../uploads/take-in.ts";
import { UploadRefusal } from "../uploads/upload-problem.ts";
import { beginOrder } from "./begin-order.ts";
import type { DeskParts } from "./desk-parts.ts";
import { OrderArchives } from "./order-archives.ts";
import { patientValues } from "./order-values.ts";

/** What every instance says about its sender. */
export const CLOUD_SOURCE = { plugin: "cloud", callingAe: "CLOUD", calledAe: "", remoteAddress: "" };

/** Files that nobody misses in a data set; whatever else is left out could be an image that is missed. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...["upload.not-recognized", "upload.not-sidecar", "upload.nifti-left-over"],
]);

/**
 * From the begin, also after a crash: what was accepted before is a duplicate then, which is success. The study cannot
 * become stable in between, since it belongs to the order.
 * @throws UploadRefusal when the order fails; TryUploadLater, the reason of the signal, or a bug
 */
export async function takeInOrder(
  parts: DeskParts,
  order: CloudOrderRow,
  signal: AbortSignal,
): Promise<void> {
  const { orm, stores, uploads: settings, intake } = parts;
  const where = { order: order.id, state: "complete" as const };
  const uploads = await orm.em.fork().find(CloudUpload, where, { orderBy: { archive: "asc" } });
  await using archives = await OrderArchives.open(stores, uploads, signal);
  await archives.check(signal);
  const found = await survey(archives.walk(settings), settings, signal);
  requireOneStudy(found, order);
  const plan = judge(found, patientValues(order.metadata, order.studyName ?? null), settings);
  const association = intake.open(CLOUD_SOURCE, order.id, order.id);
  const studies = new Set<string>();
  await takeIn(archives.walk(settings), {
    association,
    dicom: found.dicom,
    nifti: plan.nifti,
    problems: found.problems,
    accepted: async ({ studyId }: Accepted) => {
      studies.add(studyId);
    },
    passed: () => undefined,
    signal,
  });
  requireWhole(found, studies);
  const [studyId] = studies;
  await beginOrder(parts, order, studyId!, plan);
}

/** Before anything is taken in. @throws UploadRefusal */
function requireOneStudy({ studies }: Survey, { studyUid }: CloudOrderRow): void {
  if (studies.size > 1) throw severalStudies(studies.size);
  const [uid] = studies.keys();
  // NIfTI files say of no study which one they are
  if (!studyUid || uid === undefined || uid === studyUid) return;
  throw new UploadRefusal(
    "desk.other-study",
    "The data set is of another study than the order announced. Find out which of the two is wrong.",
  );
}

function requireWhole({ problems }: Survey, studies: ReadonlySet<string>): void {
  const missed = problems.refusedBut(HARMLESS);
  if (missed) {
    const { position, code, message } = missed;
    throw new UploadRefusal(code, position > 0 ? `File ${position} of the data set: ${message}` : message);
  }
  if (studies.size > 1) throw severalStudies(studies.size);
  if (studies.size === 0)
    throw new UploadRefusal("upload.nothing-taken", "No file of the upload could be taken in.");
}

const severalStudies = (count: number) =>
  new UploadRefusal(
    "desk.several-studies",
    `The data set holds ${count} studies. Send each of them with an order of its own.`,
  );
