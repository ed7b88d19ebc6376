// How long records are kept: for ever unless a site says otherwise, and never shorter than they are needed.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect, migrate } from "../database/database.ts";
import { Account } from "../database/entities/account.ts";
import { HubProcess } from "../database/entities/hub-process.ts";
import { JournalEntry } from "../database/entities/journal-entry.ts";
import { Notice } from "../database/entities/notice.ts";
import { Receipt } from "../database/entities/receipt.ts";
import { Upload } from "../database/entities/upload.ts";
import { journal } from "../observe/journal.ts";
import { openLog } from "../observe/log.ts";
import { Retention, type RetentionParts } from "./retention.ts";
import type { StudyPurge } from "./study-purge.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-retention-"));
const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);
const settings = { schedule: "daily-3am", keepLogsDays: 90 };
let orm: MikroORM;
beforeAll(async () => {
  orm = await connect(await freshDatabase());
  await migrate(orm);
});
afterAll(async () => {
  await orm.close();
  rmSync(folder, { recursive: true, force: true });
});

function retention(given: RetentionParts["settings"]): Retention {
  const purge = { recover: async () => {} } as unknown as StudyPurge;
  const log = openLog({ level: "error", terminal: false });
  return new Retention({ orm, settings: given, purge, logFolder: folder, log });
}

/** One of each that ended 40 days ago, 20 days ago, and one that has not ended. */
async function plant(): Promise<void> {
  const em = orm.em.fork();
  const account = em.create(Account, { id: randomUUID(), name: "ada", role: "user" });
  const hub = { host: "h", pid: 1, version: "0.1.0" };
  const ids = () => ({
    studyId: randomUUID(),
    orderId: randomUUID(),
    resultId: randomUUID(),
    stepId: randomUUID(),
  });
  for (const end of [daysAgo(40), daysAgo(20), null]) {
    const [createdAt, state] = [daysAgo(50), end ? "done" : "receiving"] as const;
    em.create(Upload, { id: randomUUID(), account, state, createdAt, updatedAt: createdAt, finishedAt: end });
    em.create(HubProcess, { id: randomUUID(), ...hub, startedAt: createdAt, endedAt: end });
    const told = { target: "t", event: "system.disk-low", createdAt, settledAt: end } as const;
    em.create(Notice, { id: randomUUID(), ...told, state: end ? "sent" : "waiting" });
    if (end) em.create(Receipt, { ...ids(), at: end, target: "pacs", attempt: 1, outcome: "delivered" });
  }
  await em.flush();
  await journal(em, { event: "study.purged" });
  await em.execute("update journal set at = ?", [daysAgo(400)]);
}

const counts = async () => {
  const em = orm.em.fork();
  const [uploads, hubs, notices, receipts, lines] = await Promise.all(
    [Upload, HubProcess, Notice, Receipt, JournalEntry].map((entity) => em.count(entity as typeof Upload)),
  );
  return { uploads, hubs, notices, receipts, lines };
};

test("X-066 records are kept for ever until a site says how long, and then what has not ended stays, and the journal", async () => {
  await plant();
  const all = { uploads: 3, hubs: 3, notices: 3, receipts: 2, lines: 1 };
  const none = { uploads: 0, hubs: 0, notices: 0, receipts: 0 };
  expect(await retention(settings).preview()).toMatchObject(none);
  expect(await retention(settings).run(AbortSignal.timeout(10_000))).toMatchObject(none);
  expect(await counts()).toEqual(all);

  const one = { uploads: 1, hubs: 1, notices: 1, receipts: 1 };
  const month = retention({ ...settings, keepRecordsDays: 30 });
  expect(await month.preview()).toMatchObject(one);
  expect(await month.run(AbortSignal.timeout(10_000))).toMatchObject(one);
  expect(await counts()).toEqual({ uploads: 2, hubs: 2, notices: 2, receipts: 1, lines: 1 });
  await retention({ ...settings, keepRecordsDays: 1 }).run(AbortSignal.timeout(10_000));
  expect(await counts(), "what has not ended stays").toEqual({
    uploads: 1,
    hubs: 1,
    notices: 1,
    receipts: 0,
    lines: 1,
  });
});
