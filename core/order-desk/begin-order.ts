// The data of an order is in: in one transaction its study is complete, its products begin, and an older order gives way.
import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { OVERWRITE_SECONDS } from "@thalamus/sdk/cloud";
import { AdvisoryLock } from "../database/advisory-locks.ts";
import { CloudOrder, type CloudOrderRow } from "../database/entities/cloud-order.ts";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { setStatus } from "../steps/route.ts";
import { supplyStudy } from "../uploads/supplied-values.ts";
import type { Plan } from "../uploads/survey-verdict.ts";
import { UploadRefusal } from "../uploads/upload-problem.ts";
import { endOrder } from "./cancel-order.ts";
import { actorOf, journalByHub } from "./desk-journal.ts";
import type { DeskParts } from "./desk-parts.ts";
import { lockOrder } from "./find-order.ts";
import { touch } from "./order-moves.ts";
import { patientValues } from "./order-values.ts";

const OVERWRITTEN = {
  code: "desk.overwritten",
  message: "Overwritten: the same study was sent again with another order",
} as const;

/**
 * @throws UploadRefusal `desk.other-patient` when the files say another one than was announced
 */
export async function beginOrder(
  parts: DeskParts,
  { id }: Pick<CloudOrderRow, "id">,
  studyId: string,
  plan: Plan,
): Promise<void> {
  const { orm, stability } = parts;
  await orm.em.fork().transactional(async (em) => {
    const lockMode = LockMode.PESSIMISTIC_WRITE;
    const study = await em.findOneOrFail(Study, studyId, { lockMode });
    await em.execute("select pg_advisory_xact_lock(?, hashtext(?))", [
      AdvisoryLock.cloudOrder,
      study.studyInstanceUid,
    ]);
    await lockOrder(em, id);
    const order = await em.findOneOrFail(CloudOrder, id);
    // called off meanwhile: whoever did it has the study removed
    if (order.filesState !== "complete") return;
    requirePatient(study, order);
    await em.execute("delete from open_association where study_id = ?", [studyId]);
    Object.assign(order, { filesState: "taken", studyId, sentUid: study.studyInstanceUid, hubId: null });
    order.message = null;
    order.code = null;
    await touch(em, order);
    await supply(em, parts, study, order, plan);
    if (await giveWay(em, order)) {
      study.stableAt = new Date();
      await setStatus(em, study, "cancelled");
      return;
    }
    study.products = [...order.hubProducts];
    await em.flush();
    await journalByHub(em, "cloud-order.taken-in", order, { revision: study.revision });
    await stability.makeStable(em, study);
  });
  parts.wake();
}

function requirePatient({ format, patientId }: StudyRow, { patientPseudonym }: CloudOrderRow): void {
  if (format !== "dicom" || !patientPseudonym || patientId === patientPseudonym) return;
  throw new UploadRefusal(
    "desk.other-patient",
    "The data set is of another patient than the order announced. Find out which of the two is wrong.",
  );
}

/** Metadata before sidecar before files; what was added while files were taken in counts, too. */
async function supply(
  em: EntityManager,
  { route }: DeskParts,
  study: StudyRow,
  order: CloudOrderRow,
  plan: Plan,
): Promise<void> {
  const said = patientValues(order.metadata, order.studyName ?? null);
  const values = { ...plan.supplied.values, ...said };
  const from = {
    ...plan.supplied.from,
    ...Object.fromEntries(Object.keys(said).map((name) => [name, "form" as const])),
  };
  const given = { values, from, products: [], source: { order: order.id }, actor: actorOf(order) };
  await supplyStudy(em, route, study, { ...given, groupId: order.group?.id ?? null });
}

/**
 * The 5-minute rule: of two orders of an organisation with one study whose data was complete within that time the
 * older one is cancelled, whichever was taken in first. One for other products is no repeat: an edge hub orders each product
 * of a study by itself. The caller holds the lock on the study's UID.
 * @returns true when a newer one is there, and this one is cancelled
 */
async function giveWay(em: EntityManager, order: CloudOrderRow): Promise<boolean> {
  const others = await em.execute<{ id: string; older: boolean }[]>(
    `select o.id, o.files_at < mine.files_at as older
       from cloud_order mine join cloud_order o on o.organisation_id = mine.organisation_id
        and o.sent_uid = mine.sent_uid and o.id <> mine.id
        and (o.products && mine.products or '{}' in (o.products, mine.products))
      where mine.id = ? and (o.status in ('PENDING', 'DX_STARTED') or
             (o.status = 'DELIVERED' and o.files_at > mine.files_at))
        and abs(extract(epoch from o.files_at - mine.files_at)) <= ?
      order by o.id`,
    [order.id, OVERWRITE_SECONDS],
  );
  for (const { id, older } of others) {
    if (!older) continue;
    await lockOrder(em, id);
    const before = await em.findOneOrFail(CloudOrder, id, { refresh: true });
    if (before.status !== "PENDING" && before.status !== "DX_STARTED") continue;
    await endOrder(em, before, OVERWRITTEN);
    await journalByHub(em, "cloud-order.overwritten", before, { by: order.id });
  }
  const newer = others.find(({ older }) => !older);
  if (!newer) return false;
  await endOrder(em, order, OVERWRITTEN);
  await journalByHub(em, "cloud-order.overwritten", order, { by: newer.id });
  return true;
}
