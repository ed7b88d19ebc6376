// What is left to do after orders ended: steps stopped, studies and files removed. Each may be done again, by any hub.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { LockMode } from "@mikro-orm/core";
import type { MikroORM } from "@mikro-orm/postgresql";
import { CloudOrder, CloudUpload } from "../database/entities/cloud-order.ts";
import { Study } from "../database/entities/study.ts";
import { studyFolder } from "../intake/instance-path.ts";
import { setStatus } from "../steps/route.ts";
import { rejectStudy } from "../studies/reject-study.ts";
import { stopWork } from "./cancel-order.ts";
import { actorOf } from "./desk-journal.ts";
import type { DeskParts } from "./desk-parts.ts";
import { removeReports } from "./refuse-order.ts";

/** Of each kind, in one round. */
const AT_ONCE = 50;

export async function makeRounds(parts: DeskParts): Promise<void> {
  await failHeld(parts);
  await stopEnded(parts);
  await clearUploads(parts);
  await emptyOrders(parts);
}

/** What a check holds is ended with a report, where no person looks after cloud orders. */
async function failHeld({ orm, route, settings }: DeskParts): Promise<void> {
  if (settings.failedChecks === "hold") return;
  const held = await orm.em.fork().execute<{ id: string }[]>(
    `select s.id from cloud_order o join study s on s.id = o.study_id
      where o.status = 'DX_STARTED' and s.status = 'held' limit ${AT_ONCE}`,
  );
  const reason = "Checks of cloud orders are not waited for (cloud.failedChecks).";
  for (const { id } of held) await rejectStudy(orm, route, { studyId: id, reason, actor: "hub" });
}

/** A hub may have died between the end of an order and that of its steps. */
async function stopEnded(parts: DeskParts): Promise<void> {
  const ended = await parts.orm.em.fork().execute<{ study_id: string; member_id: string }[]>(
    `select o.study_id, o.member_id from cloud_order o join study s on s.id = o.study_id
      where o.status in ('CANCELLED', 'EXPIRED') and s.status <> 'receiving' and (s.status = 'waiting' or exists (
        select 1 from step where step.study_id = s.id and step.state in ('ready', 'claimed', 'acting', 'held')))
      limit ${AT_ONCE}`,
  );
  for (const { study_id, member_id } of ended)
    await stopWork(parts, study_id, actorOf({ memberId: member_id }));
}

/** What was taken in, or is not wanted any more. */
async function clearUploads({ orm, stores, log }: DeskParts): Promise<void> {
  const em = orm.em.fork();
  const over = await em.execute<{ id: string }[]>(
    `select u.id from cloud_upload u join cloud_order o on o.id = u.order_id
      where not u.cleared and (u.state = 'aborted' or (u.state = 'complete' and o.files_state in ('taken', 'refused')))
      limit ${AT_ONCE}`,
  );
  for (const upload of await em.find(CloudUpload, { id: { $in: over.map(({ id }) => id) } })) {
    try {
      await stores.of(upload)?.clear(upload);
      await orm.em.fork().nativeUpdate(CloudUpload, { id: upload.id }, { cleared: true });
    } catch (error) {
      log.warn("cloud-upload.not-cleared", { upload: upload.id, error: (error as Error).name });
    }
  }
}

/** Removes what is left of orders that were refused or have expired, when nobody takes them in any more. */
async function emptyOrders(parts: DeskParts): Promise<void> {
  const { orm, trees } = parts;
  const orders = await orm.em.fork().execute<{ id: string; status: string }[]>(
    `select id, status from cloud_order
      where not emptied and (files_state = 'refused' or status = 'EXPIRED') and hub_id is null limit ${AT_ONCE}`,
  );
  for (const { id, status } of orders) {
    if (!(await removeStudies(parts, id))) continue;
    // files that a crash left without a row
    await rm(join(trees.received, studyFolder("", id)), { recursive: true, force: true });
    if (status === "EXPIRED") await removeReports(trees, id);
    await orm.em.fork().nativeUpdate(CloudOrder, { id, status: status as "EXPIRED" }, { emptied: true });
  }
}

/** @returns false when one of them is still worked on; then it is tried again */
async function removeStudies({ orm, purge, log }: DeskParts, owner: string): Promise<boolean> {
  const studies = await orm.em.fork().find(Study, { owner }, { fields: ["id"] });
  for (const { id } of studies) {
    await endReceiving(orm, id);
    const refusal = await purge.purge({ studyId: id, actor: "hub", reason: "cloud-order" });
    if (refusal === undefined || refusal === "not-there") continue;
    log.info("cloud-order.study-stays", { study: id, why: refusal });
    return false;
  }
  return true;
}

/** Half taken in, it would never be complete. */
function endReceiving(orm: MikroORM, studyId: string): Promise<void> {
  return orm.em.fork().transactional(async (em) => {
    const study = await em.findOne(Study, studyId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (study?.status !== "receiving") return;
    await em.execute("delete from open_association where study_id = ?", [studyId]);
    study.stableAt = new Date();
    await setStatus(em, study, "cancelled");
  });
}
