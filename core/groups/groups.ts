// Groups as the API sees them: create, change, delete, let studies in and out, report.
import { randomUUID } from "node:crypto";
import { UniqueConstraintViolationException } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { Study } from "../database/entities/study.ts";
import {
  type GroupIdentifier,
  GroupReport,
  type GroupReportRow,
  StudyGroup,
  type StudyGroupRow,
} from "../database/entities/study-group.ts";
import type { FileTrees } from "../files/file-trees.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import { nextRun } from "../upkeep/schedule.ts";
import { GROUP_CHANNEL } from "./group-channel.ts";
import { GroupRefusal } from "./group-refusal.ts";
import { type GroupSettings, type Known, requireGood } from "./group-settings.ts";
import { makeReport } from "./make-report.ts";
import { joinStudies, leaveGroup } from "./membership.ts";
import { type IndexTable, indexTable } from "./prediction-indexes.ts";
import { removeReports } from "./remove-reports.ts";
import { reportRows } from "./report-rows.ts";

export interface GroupParts {
  readonly orm: MikroORM;
  readonly trees: FileTrees;
  readonly known: Known;
}

export class Groups {
  readonly #parts: GroupParts;

  constructor(parts: GroupParts) {
    this.#parts = parts;
  }

  get known(): Known {
    return this.#parts.known;
  }

  /** @throws GroupRefusal */
  async create(settings: GroupSettings, actor: string): Promise<StudyGroupRow> {
    requireGood(settings, this.known);
    const id = randomUUID();
    return this.#write(async (em) => {
      if (settings.autoAssign) await takeAutoAssign(em, id, actor);
      await em.insert(StudyGroup, {
        id,
        ...settings,
        nextRunAt: this.#nextOf(settings.schedule),
        createdBy: actor,
      });
      await journal(em, { event: "group.created", actor, detail: { group: id, ...told(settings) } });
      await announce(em, { resource: "group", id, kind: "created" });
      return em.findOneOrFail(StudyGroup, id);
    });
  }

  /** @throws GroupRefusal; `group.products-locked` when studies are in it already */
  async change(
    id: string,
    settings: Partial<GroupSettings>,
    actor: string,
  ): Promise<StudyGroupRow | undefined> {
    requireGood(settings, this.known);
    return this.#write(async (em) => {
      const group = await lockedGroup(em, id);
      if (!group) return undefined;
      const { products = group.products, schedule, autoAssign } = settings;
      if (autoAssign && group.owner !== "") {
        const message = "This is a batch of an organisation: only its own orders join it.";
        throw new GroupRefusal("group.of-cloud", message);
      }
      if (products.join() !== group.products.join()) await requireEmpty(em, id);
      if (autoAssign) await takeAutoAssign(em, id, actor);
      if (schedule !== undefined && schedule !== group.schedule) group.nextRunAt = this.#nextOf(schedule);
      Object.assign(group, settings);
      await em.flush();
      await journal(em, { event: "group.changed", actor, detail: { group: id, ...told(settings) } });
      await announce(em, { resource: "group", id, kind: "updated" });
      return group;
    });
  }

  /** Its reports go with it; its studies stay. @returns false when it is not there */
  async delete(id: string, actor: string): Promise<boolean> {
    const { orm, trees } = this.#parts;
    const paths = await orm.em.fork().transactional(async (em) => {
      const group = await lockedGroup(em, id);
      if (!group) return undefined;
      const reports = await em.find(GroupReport, { group: id }, { fields: ["path"] });
      const studies = await em.count(Study, { group: id });
      await em.nativeDelete(StudyGroup, { id });
      await journal(em, {
        event: "group.deleted",
        actor,
        detail: { group: id, studies, reports: reports.length },
      });
      await announce(em, { resource: "group", id, kind: "deleted" });
      return reports.map(({ path }) => path);
    });
    if (paths) await removeReports(trees.results, paths);
    return paths !== undefined;
  }

  /** @throws GroupRefusal */
  async join(groupId: string, studyIds: readonly string[], actor: string): Promise<void> {
    await this.#parts.orm.em.fork().transactional((em) => joinStudies(em, { groupId, studyIds, actor }));
  }

  /** @throws GroupRefusal */
  async leave(groupId: string, studyIds: readonly string[], actor: string): Promise<void> {
    await this.#parts.orm.em.fork().transactional((em) => leaveGroup(em, { groupId, studyIds, actor }));
  }

  /** Its table as it would be now, with the identifier of the group or with another one. */
  async table(
    id: string,
    identifier?: GroupIdentifier,
  ): Promise<{ readonly group: StudyGroupRow; readonly table: IndexTable } | undefined> {
    const em = this.#parts.orm.em.fork();
    const group = await em.findOne(StudyGroup, id);
    if (!group) return undefined;
    const identifyBy = identifier ?? group.identifyBy;
    return { group, table: indexTable(await reportRows(em, id, identifyBy), identifyBy) };
  }

  /**
   * makes a report now.
   * @throws GroupRefusal `group.no-delivery` when it is to be sent and the group has no destination
   */
  async report(id: string, send: boolean, actor: string): Promise<GroupReportRow | undefined> {
    const { orm, trees, known } = this.#parts;
    return orm.em.fork().transactional(async (em) => {
      const group = await lockedGroup(em, id, "no key update");
      if (!group) return undefined;
      if (send && !group.delivery) {
        throw new GroupRefusal(
          "group.no-delivery",
          "The group has no destination. Choose one, or download the report.",
        );
      }
      const where = { results: trees.results, timeZone: known.timeZone };
      return makeReport(em, group, { reason: "asked-for", actor, send }, where);
    });
  }

  /** A report that was kept, failed, or of which nobody knows whether it arrived, goes out again under the same key. */
  async sendAgain(reportId: string, actor: string): Promise<GroupReportRow | undefined> {
    return this.#parts.orm.em.fork().transactional(async (em) => {
      const report = await em.findOne(GroupReport, reportId, { populate: ["group"] });
      if (!report) return undefined;
      const target = report.group.delivery ?? report.target;
      if (!target) throw new GroupRefusal("group.no-delivery", "The group has no destination.");
      const state = { $in: ["kept", "failed", "unknown"] as const };
      const ready = {
        state: "ready" as const,
        target,
        attempt: 0,
        dueAt: new Date(),
        code: null,
        message: null,
      };
      const moved = await em.nativeUpdate(GroupReport, { id: reportId, state } as never, {
        ...ready,
        settledAt: null,
      });
      if (moved === 0)
        throw new GroupRefusal("group.not-so", `This report is ${report.state}, so it is not sent again.`);
      const detail = { group: report.group.id, report: reportId, target };
      await journal(em, { event: "group.report-asked-for", actor, detail });
      await em.execute("select pg_notify(?, '')", [GROUP_CHANNEL]);
      return em.refreshOrFail(report);
    });
  }

  #nextOf(schedule: string | null | undefined): Date | null {
    return schedule ? nextRun(schedule, new Date(), this.known.timeZone) : null;
  }

  async #write<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.#parts.orm.em.fork().transactional(work);
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      throw new GroupRefusal("group.name-taken", "Another group has this name.");
    }
  }
}

async function lockedGroup(
  em: EntityManager,
  id: string,
  mode = "update",
): Promise<StudyGroupRow | undefined> {
  const rows = await em.execute<unknown[]>(`select 1 from study_group where id = ? for ${mode}`, [id]);
  return rows.length > 0 ? await em.findOneOrFail(StudyGroup, id) : undefined;
}

async function requireEmpty(em: EntityManager, id: string): Promise<void> {
  if ((await em.count(Study, { group: id })) === 0) return;
  const message =
    "Studies are in the group, and all of a group are run through the same products. Make another group.";
  throw new GroupRefusal("group.products-locked", message);
}

/** One group at most takes what comes; the newest choice counts. */
async function takeAutoAssign(em: EntityManager, id: string, actor: string): Promise<void> {
  const before = await em.find(StudyGroup, { autoAssign: true, id: { $ne: id } });
  for (const group of before) {
    group.autoAssign = false;
    await em.flush();
    await journal(em, { event: "group.auto-assign-ended", actor, detail: { group: group.id, by: id } });
    await announce(em, { resource: "group", id: group.id, kind: "updated" });
  }
}

/** What the journal says of settings; a name is a person's words. */
const told = ({ name: _, fileName: __, ...settings }: Partial<GroupSettings>) => settings;
