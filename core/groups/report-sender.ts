// Sends the reports of groups: claims a row, hands it to the plugin entry, keeps how it ended, and tries again.
import { join } from "node:path";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { type Outcome, type OutgoingDocument, Permanent, Transient } from "@thalamus/sdk";
import { filter, type Observable, type Subscription } from "rxjs";
import { GroupReport, type GroupReportRow } from "../database/entities/study-group.ts";
import type { HubPresence } from "../database/hub-presence.ts";
import type { Lanes } from "../deliveries/lanes.ts";
import { recordNotice } from "../notices/record-notice.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";
import { type RetryPolicy, type Verdict, verdictOf } from "../steps/verdict.ts";
import { GROUP_CHANNEL } from "./group-channel.ts";
import { REPORT_TITLE } from "./prediction-indexes.ts";

/** A plugin entry that brings documents. */
export interface DocumentDoor {
  readonly name: string;
  /** A second time overwrites the first, or the other side can tell. */
  readonly repeatable: boolean;
  deliver(document: OutgoingDocument, signal: AbortSignal): Promise<Outcome>;
}

export interface SenderParts {
  readonly orm: MikroORM;
  readonly presence: Pick<HubPresence, "id" | "deadAmong">;
  /** Absolute path of the tree of results. */
  readonly results: string;
  readonly doors: readonly DocumentDoor[];
  readonly lanes: Pick<Lanes, "isSuspended">;
  readonly retry: RetryPolicy;
  readonly wakes$: Observable<{ readonly channel: string }>;
  readonly log: HubLog;
}

const LOOK_MS = 2000;
const MEDIA_TYPE = "text/csv";

export class ReportSender {
  readonly #parts: SenderParts;
  readonly #abort = new AbortController();
  /** One for each destination, so that none waits for another. */
  readonly #lanes = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #wakes: Subscription | undefined;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  start(): void {
    const wakes = this.#parts.wakes$.pipe(filter(({ channel }) => channel === GROUP_CHANNEL));
    this.#wakes = wakes.subscribe(() => this.#lookSoon());
    this.#timer = setInterval(() => this.#lookSoon(), LOOK_MS);
    this.#lookSoon();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#wakes?.unsubscribe();
    this.#abort.abort(new Error("the hub is stopping"));
    await Promise.all(this.#lanes.values());
  }

  #lookSoon(): void {
    for (const door of this.#parts.doors) {
      if (this.#lanes.has(door.name) || this.#abort.signal.aborted) continue;
      const lane = this.#serve(door)
        .catch((error) => this.#parts.log.warn("group.sender-waits", { error: (error as Error).name }))
        .then(() => {
          this.#lanes.delete(door.name);
        });
      this.#lanes.set(door.name, lane);
    }
  }

  async #serve(door: DocumentDoor): Promise<void> {
    await this.#takeBack(door);
    while (!this.#abort.signal.aborted && !this.#parts.lanes.isSuspended(door.name)) {
      const row = await this.#claim(door.name);
      if (!row) return;
      await this.#send(door, row);
    }
  }

  async #claim(target: string): Promise<GroupReportRow | undefined> {
    const { orm, presence } = this.#parts;
    const em = orm.em.fork();
    const [claimed] = await em.execute<{ id: string }[]>(
      `update group_report
          set state = 'sending', attempt = attempt + 1, hub_id = ?, claim_token = gen_random_uuid(), acting = false
        where id = (select id from group_report where state = 'ready' and target = ? and due_at <= now()
                     order by due_at limit 1 for update skip locked) returning id`,
      [presence.id, target],
    );
    if (!claimed) return undefined;
    return (await em.findOne(GroupReport, claimed.id, { populate: ["group"] })) ?? undefined;
  }

  async #send(door: DocumentDoor, row: GroupReportRow): Promise<void> {
    const outcome = await this.#outcomeOf(door, row);
    // the database may be away for a moment: the row must not stay as it is while this hub lives
    for (;;) {
      try {
        await this.#parts.orm.em
          .fork()
          .transactional((em) => this.#settle(em, row, outcome, door.repeatable));
        return;
      } catch (error) {
        this.#parts.log.warn("group.sender-waits", { report: row.id, error: (error as Error).name });
        if (this.#abort.signal.aborted) return;
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    }
  }

  async #outcomeOf(door: DocumentDoor, row: GroupReportRow): Promise<Outcome> {
    try {
      return await door.deliver(this.#documentOf(row), this.#abort.signal);
    } catch (error) {
      if (this.#abort.signal.aborted) return { kind: "released" };
      if (error instanceof Transient) {
        const { code, message, afterMs } = error;
        return { kind: "retry", code, message, ...(afterMs === undefined ? {} : { afterMs }) };
      }
      if (error instanceof Permanent) return { kind: "rejected", code: error.code, message: error.message };
      const errorId = crypto.randomUUID();
      this.#parts.log.error("group.bug", { report: row.id, errorId, error: (error as Error).name });
      const message = `The plugin failed in a way it did not foresee. Look for ${errorId} in the log.`;
      return { kind: "rejected", code: "plugin.bug", message, errorId };
    }
  }

  #documentOf(row: GroupReportRow): OutgoingDocument {
    const { id, fileName, bytes, sha256, createdAt, rows, group, claimToken } = row;
    return {
      ...{ id, fileName, bytes, sha256, createdAt, rows, mediaType: MEDIA_TYPE },
      title: `${REPORT_TITLE} of ${group.name}`,
      path: join(this.#parts.results, row.path),
      group: { id: group.id, name: group.name },
      acting: async () => {
        const mine = { id, claimToken, state: "sending" as const };
        const held = await this.#parts.orm.em.fork().nativeUpdate(GroupReport, mine, { acting: true });
        if (held === 0) throw new Error("the claim on this report is lost");
      },
    };
  }

  async #settle(
    em: EntityManager,
    claimed: GroupReportRow,
    outcome: Outcome,
    repeatable: boolean,
  ): Promise<void> {
    const { id, claimToken } = claimed;
    const [row] = await em.execute<{ acting: boolean; attempt: number }[]>(
      "select acting, attempt from group_report where id = ? and claim_token = ? for update",
      [id, claimToken],
    );
    // deleted with a study of it, or taken by another hub
    if (!row) return;
    const state = row.acting ? "acting" : "claimed";
    const verdict = verdictOf({ attempt: row.attempt, state }, outcome, this.#parts.retry, repeatable);
    const end = endOf(verdict);
    const attempt = outcome.kind === "released" && end.state === "ready" ? row.attempt - 1 : row.attempt;
    await em.nativeUpdate(GroupReport, { id }, { ...end, attempt, hubId: null, claimToken: null });
    if (outcome.kind !== "released" || end.state === "unknown") await this.#tell(em, claimed, end);
  }

  async #tell(em: EntityManager, { id, group, target }: GroupReportRow, end: ReturnType<typeof endOf>) {
    const why = end.code === null ? {} : { code: end.code };
    const detail = { group: group.id, report: id, target, ...why };
    await journal(em, { event: `group.report-${end.state === "ready" ? "retried" : end.state}`, detail });
    await announce(em, { resource: "group", id: group.id, kind: "updated" });
    if (end.state === "ready") return;
    const event = end.state === "sent" ? "group.report-sent" : "group.report-failed";
    const told = { group: group.id, name: group.name, target: target ?? "", ...why };
    await recordNotice(em, { event, detail: told });
  }

  /**
   * What a hub had in hand that died, or this one without knowing it: it was claimed, but the answer never came. Sent
   * again where that is safe, else a person must look. Called while the lane is empty.
   */
  async #takeBack({ name, repeatable }: DocumentDoor): Promise<void> {
    const { orm, presence, log } = this.#parts;
    const held = await orm.em.fork().find(GroupReport, { state: "sending", target: name });
    const others = [...new Set(held.flatMap(({ hubId }) => hubId ?? []))].filter((id) => id !== presence.id);
    const gone = [presence.id, ...(others.length > 0 ? await presence.deadAmong(others) : [])];
    for (const { id, hubId } of held) {
      if (!hubId || !gone.includes(hubId)) continue;
      await orm.em.fork().transactional(async (em) => {
        const row = await em.findOne(GroupReport, { id, state: "sending", hubId }, { populate: ["group"] });
        if (row) await this.#settle(em, row, { kind: "released" }, repeatable);
      });
      log.warn("group.report-recovered", { report: id, target: name });
    }
  }
}

function endOf({ state, outcome, delaySeconds }: Verdict) {
  const code = "code" in outcome ? outcome.code : null;
  const message = "message" in outcome ? outcome.message : null;
  const receipt = outcome.kind === "delivered" ? { ...outcome.receipt } : null;
  const again = {
    state: "ready" as const,
    dueAt: new Date(Date.now() + delaySeconds * 1000),
    settledAt: null,
  };
  if (state === "ready") return { ...again, code, message, receipt };
  const ended =
    state === "done" ? ("sent" as const) : state === "unknown" ? ("unknown" as const) : ("failed" as const);
  return { state: ended, settledAt: new Date(), code, message, receipt };
}
