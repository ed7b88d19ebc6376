// Sends what is on record to be told: claims it, hands it to its plugin entry, tries again, keeps how it ended.
import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import {
  type Notice as NoticeView,
  Permanent,
  Transient,
  type Watching,
  type WatchPlugin,
} from "@thalamus/sdk";
import { filter, type Observable, type Subscription } from "rxjs";
import { Notice, type NoticeRow, NoticeTarget } from "../database/entities/notice.ts";
import type { HubPresence } from "../database/hub-presence.ts";
import type { HubLog } from "../observe/log.ts";
import { NoticeClaims, type NoticeEnd } from "./notice-claims.ts";
import { isQuiet } from "./quiet-hours.ts";
import { NOTICE_CHANNEL } from "./record-notice.ts";
import { viewNotices } from "./view-notices.ts";

/** A plugin entry of kind watch that was started. */
export interface Watcher {
  readonly name: string;
  readonly watching: Watching;
  readonly tell: (
    notices: readonly NoticeView[],
    id: string,
    signal: AbortSignal,
  ) => ReturnType<WatchPlugin["tell"]>;
}

export interface DeskParts {
  readonly orm: MikroORM;
  readonly watchers: readonly Watcher[];
  readonly presence: Pick<HubPresence, "id" | "deadAmong">;
  readonly wakes$: Observable<{ readonly channel: string }>;
  readonly timeZone?: string | undefined;
  readonly log: HubLog;
}

const LOOK_MS = 5000;
/** Told together at most. */
const MOST_TOGETHER = 100;
/** Waits before the second to the last try. */
const BACK_OFF_SECONDS = [60, 300, 1800, 7200] as const;
/** An end that the database did not take is written again after this. */
const SETTLE_AGAIN_MS = 1000;

export class NoticeDesk {
  readonly #parts: DeskParts;
  #watchers: readonly Watcher[];
  readonly #claims: NoticeClaims;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #wakes: Subscription | undefined;
  /** Those that are being served; each has a lane of its own, so that none waits for another. */
  readonly #lanes = new Map<string, Promise<void>>();

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#watchers = parts.watchers;
    this.#claims = new NoticeClaims(parts.orm, parts.presence);
  }

  /** Puts on record who wants what; entries that are gone want nothing. Called before anything can happen. */
  async register(): Promise<void> {
    const { orm } = this.#parts;
    const watchers = this.#watchers;
    await orm.em.fork().transactional(async (em) => {
      const names = watchers.map(({ name }) => name);
      await em.nativeDelete(NoticeTarget, { name: { $nin: names } });
      const rows = watchers.map(({ name, watching }) => ({ name, events: [...watching.events] }));
      if (rows.length > 0) await em.upsertMany(NoticeTarget, rows);
      const left = {
        state: "suppressed" as const,
        reason: "Its destination is no longer configured.",
        settledAt: new Date(),
      };
      await em.nativeUpdate(Notice, { state: "waiting", target: { $nin: names } }, left);
    });
  }

  /** Others from now on; who is being told is told as it began. */
  async exchange(watchers: readonly Watcher[]): Promise<void> {
    this.#watchers = watchers;
    await this.register();
    this.#lookSoon();
  }

  start(): void {
    const { wakes$ } = this.#parts;
    this.#wakes = wakes$
      .pipe(filter(({ channel }) => channel === NOTICE_CHANNEL))
      .subscribe(() => this.#lookSoon());
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
    for (const watcher of this.#watchers) {
      if (this.#lanes.has(watcher.name)) continue;
      const lane = this.#serve(watcher)
        .catch((error) => this.#parts.log.warn("notice.desk-waits", { error: (error as Error).name }))
        .then(() => {
          this.#lanes.delete(watcher.name);
        });
      this.#lanes.set(watcher.name, lane);
    }
  }

  async #serve(watcher: Watcher): Promise<void> {
    const { timeZone } = this.#parts;
    await this.#claims.takeBack(watcher.name);
    while (!this.#abort.signal.aborted) {
      const { quietHours, digestMinutes } = watcher.watching;
      const quiet = isQuiet(quietHours, new Date(), timeZone);
      if (quiet && quietHours?.afterwards === "never") await this.#suppress(watcher.name);
      if (quiet) return;
      const together = digestMinutes > 0 || quietHours?.afterwards === "together" ? MOST_TOGETHER : 1;
      const rows = await this.#claims.claim(watcher.name, digestMinutes, together);
      if (rows.length === 0) return;
      await this.#tell(watcher, rows);
    }
  }

  async #tell(watcher: Watcher, rows: readonly NoticeRow[]): Promise<void> {
    const { orm, log } = this.#parts;
    const batch = rows[0]?.batch ?? randomUUID();
    try {
      const notices = await viewNotices(orm.em.fork(), rows);
      const receipt = await watcher.tell(notices, batch, this.#abort.signal);
      await this.#settle(rows, { state: "sent", receipt: { ...receipt }, code: null, reason: null });
    } catch (error) {
      if (this.#abort.signal.aborted) return this.#settle(rows, { state: "waiting" });
      const again = error instanceof Transient ? BACK_OFF_SECONDS[(rows[0]?.attempt ?? 1) - 1] : undefined;
      const known = error instanceof Transient || error instanceof Permanent;
      const code = known ? error.code : "plugin.bug";
      const reason = known ? error.message : "The plugin failed in a way it did not foresee.";
      log.warn("notice.not-sent", {
        target: watcher.name,
        code,
        again: again !== undefined,
        count: rows.length,
      });
      if (again === undefined) return this.#settle(rows, { state: "failed", code, reason });
      const wait = Math.max(again * 1000, error instanceof Transient ? (error.afterMs ?? 0) : 0);
      await this.#settle(rows, { state: "waiting", code, reason, dueAt: new Date(Date.now() + wait) });
    }
  }

  async #suppress(target: string): Promise<void> {
    const reason = "It happened in the quiet hours.";
    const end = { state: "suppressed" as const, reason, settledAt: new Date() };
    await this.#parts.orm.em.fork().nativeUpdate(Notice, { target, state: "waiting" }, end);
  }

  /** What was told is not forgotten while the database is away: it would be told twice. */
  async #settle(rows: readonly NoticeRow[], end: NoticeEnd): Promise<void> {
    for (;;) {
      try {
        return await this.#claims.settle(rows, end);
      } catch (error) {
        this.#parts.log.warn("notice.end-waits", { error: (error as Error).name });
        await new Promise((resolve) => setTimeout(resolve, SETTLE_AGAIN_MS));
        if (this.#abort.signal.aborted) return;
      }
    }
  }
}
