// Updates of the hub itself: what is the newest release, and putting it in place in steps that survive the restart.
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { Http } from "@thalamus/sdk";
import type { UpdateSettings } from "../config/update-settings.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";
import type { ChoreDeclaration } from "../upkeep/chore-clock.ts";
import { launchWatchdog } from "./launch-watchdog.ts";
import { type OfflineRelease, offlineIn, takeOffline } from "./offline-release.ts";
import { prepareUpdate, updateCommands } from "./prepare-update.ts";
import { compareVersions, parsePublicKey, type Release } from "./release.ts";
import { newestRelease } from "./release-feed.ts";
import { type RunningWork, runningWork, totalOf } from "./running-work.ts";
import { exchange } from "./switch-plan.ts";
import { UpdateRefusal } from "./update-refusal.ts";
import { isOver, UpdateFile, type UpdateState } from "./update-state.ts";

export interface UpdateParts {
  readonly orm: MikroORM;
  readonly settings: UpdateSettings;
  /** Folder of its own in the data folder. */
  readonly folder: string;
  readonly version: string;
  readonly http: Http;
  readonly log: HubLog;
  /** How often the hub looks whether it is idle, or whether the update has ended. */
  readonly lookMs?: number;
}

export interface UpdateSight {
  readonly version: string;
  readonly updater: UpdateSettings["updater"];
  readonly hasFeed: boolean;
  readonly canUpload: boolean;
  readonly checkedAt: Date | null;
  /** Why the last look at the feed failed; empty when it did not. */
  readonly problem: string;
  /** Newer than what runs; undefined when there is none. */
  readonly newer: (Release & { readonly offline: boolean; readonly commands: readonly string[] }) | undefined;
  readonly running: RunningWork;
  readonly update: UpdateState | undefined;
}

export type WhenRunning = "wait" | "now";

const LOOK_MS = 1000;
/** An update that waits for the end of work that never ends is given up. */
const LONGEST_WAIT_MS = 6 * 3_600_000;
/** Beyond its deadline the watchdog is not there any more. */
const GRACE_MS = 30_000;

export class Updates {
  readonly #parts: UpdateParts;
  readonly #file: UpdateFile;
  readonly #abort = new AbortController();
  #cancel = new AbortController();
  #found: Release | undefined;
  #offline: OfflineRelease | undefined;
  #checkedAt: Date | null = null;
  #problem = "";
  #work: Promise<void> = Promise.resolve();

  constructor(parts: UpdateParts) {
    this.#parts = parts;
    this.#file = new UpdateFile(parts.folder);
  }

  /** Looks at the feed by the clock. */
  chores(): ChoreDeclaration[] {
    const { settings } = this.#parts;
    if (settings.feed === undefined) return [];
    const run = async () => {
      await this.check();
      return {};
    };
    return [
      { name: "update-check", title: "Look for a new version of the hub", schedule: settings.schedule, run },
    ];
  }

  async sight(): Promise<UpdateSight> {
    const { orm, version, settings } = this.#parts;
    const newer = this.#newest();
    const { plan: _, ...update } = this.#file.read() ?? ({} as UpdateState);
    return {
      ...{ version, updater: settings.updater, hasFeed: settings.feed !== undefined },
      canUpload: settings.publicKey !== undefined,
      checkedAt: this.#checkedAt,
      problem: this.#problem,
      newer: newer && {
        ...newer,
        offline: newer === this.#offline?.release,
        commands: settings.updater === "none" || newer.byHand ? updateCommands(newer) : [],
      },
      running: await runningWork(orm),
      update: update.id === undefined ? undefined : update,
    };
  }

  /** @throws UpdateRefusal when the feed cannot be read or is not signed */
  async check(): Promise<void> {
    const { settings, http, log } = this.#parts;
    try {
      this.#found = await newestRelease({ settings, http }, this.#key());
      this.#problem = "";
    } catch (error) {
      if (!(error instanceof UpdateRefusal)) throw error;
      this.#problem = error.message;
      log.warn("update.not-checked", { code: error.code });
      throw error;
    } finally {
      this.#checkedAt = new Date();
    }
  }

  /** A release as a file, for a hub that reaches no feed. @throws UpdateRefusal */
  async upload(source: AsyncIterable<Uint8Array>, actor: string): Promise<Release> {
    const { orm, version } = this.#parts;
    const taken = await takeOffline(this.#offlineFolder, source, this.#key());
    const { release } = taken;
    if (compareVersions(release.version, version) <= 0) {
      const message = `Version ${release.version} is not newer than what runs, ${version}.`;
      throw new UpdateRefusal("update.not-newer", message);
    }
    this.#offline = taken;
    await journal(orm.em.fork(), { event: "update.uploaded", actor, detail: { version: release.version } });
    return release;
  }

  /**
   * Begins; the rest goes on by itself, and ends after the restart.
   * @throws UpdateRefusal when it cannot be begun
   */
  async apply(version: string, whenRunning: WhenRunning, actor: string): Promise<void> {
    const { settings, orm, version: from } = this.#parts;
    if (settings.updater === "none")
      throw new UpdateRefusal("update.no-updater", "This hub is updated by hand (updates.updater: none).");
    const release = this.#newest();
    if (release?.version !== version)
      throw new UpdateRefusal(
        "update.not-newer",
        `Version ${version} is not the newest one that is known here.`,
      );
    if (release.byHand) {
      const message =
        "This release changes the database for good, so that no updater could go back. Update by hand, with a backup.";
      throw new UpdateRefusal("update.by-hand", message);
    }
    const now = new Date().toISOString();
    const state: UpdateState = {
      ...{ id: randomUUID(), phase: "pending", from, to: version, updater: settings.updater },
      ...{ startedBy: actor, startedAt: now, changedAt: now, limitSeconds: settings.limitSeconds },
      message: "It begins.",
    };
    if (!(await this.#file.begin(state)))
      throw new UpdateRefusal("update.busy", "An update is under way. Wait until it has ended.");
    await this.#tell("update.started", state, actor);
    await announce(orm.em.fork(), { resource: "hub", id: "update", kind: "updated" });
    this.#cancel = new AbortController();
    this.#work = this.#carryOut(release, state, whenRunning);
  }

  /** @throws UpdateRefusal when it has gone too far */
  async cancel(actor: string): Promise<void> {
    const state = this.#file.read();
    const message = `${actor} called it off. Nothing was changed.`;
    const ended =
      state?.phase === "pending"
        ? await this.#file.move(state.id, "failed", { message, told: true })
        : undefined;
    if (!ended)
      throw new UpdateRefusal("update.not-pending", "There is no update that can still be called off.");
    this.#cancel.abort();
    await this.#tell("update.cancelled", ended, actor);
  }

  /** What the watchdog and the preparation wrote; undefined when there was no update. */
  logText(): Promise<string | undefined> {
    return readFile(this.#file.logPath, "utf8").catch(() => undefined);
  }

  /** At the start, once the hub works: ends an update that led here, or says that it failed. */
  async started(): Promise<void> {
    const { settings } = this.#parts;
    const key = settings.publicKey === undefined ? undefined : parsePublicKey(settings.publicKey);
    this.#offline = key && (await offlineIn(this.#offlineFolder, key));
    const state = this.#file.read();
    if (!state) return;
    if (isOver(state)) return this.#tellEnd(state);
    if (state.phase === "pending") {
      const message = "The hub was stopped before anything was changed.";
      const ended = await this.#file.move(state.id, "failed", { message });
      if (ended) await this.#tellEnd(ended);
      return;
    }
    this.#work = this.#conclude(state).catch((error: unknown) => {
      this.#parts.log.error("update.not-concluded", { error: (error as Error).name });
    });
    await this.#work.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#work;
  }

  get #offlineFolder(): string {
    return join(this.#parts.folder, "offline");
  }

  #newest(): Release | undefined {
    const known = [this.#found, this.#offline?.release].filter((one) => one !== undefined);
    const newer = known.filter(({ version }) => compareVersions(version, this.#parts.version) > 0);
    return newer.toSorted((one, other) => compareVersions(other.version, one.version))[0];
  }

  #key() {
    const { publicKey } = this.#parts.settings;
    const key = publicKey === undefined ? undefined : parsePublicKey(publicKey);
    if (key) return key;
    throw new UpdateRefusal(
      "update.no-key",
      "The configuration has no key that releases are signed with (updates.publicKey).",
    );
  }

  async #carryOut(release: Release, state: UpdateState, whenRunning: WhenRunning): Promise<void> {
    const { settings, http, folder } = this.#parts;
    const signal = AbortSignal.any([this.#abort.signal, this.#cancel.signal]);
    try {
      if (whenRunning === "wait") await this.#untilIdle(state.id, signal);
      const stage = async (message: string) => void (await this.#file.move(state.id, "pending", { message }));
      const offline = release === this.#offline?.release ? this.#offline : undefined;
      const log = (text: string) => this.#log(text);
      const plan = await prepareUpdate(release, { settings, http, folder, offline, log, stage }, signal);
      signal.throwIfAborted();
      if (!(await this.#file.move(state.id, "pending", { plan, message: "The watchdog is started." })))
        return;
      await launchWatchdog({ settings, folder, id: state.id, logPath: this.#file.logPath });
    } catch (error) {
      // at the end of the process the next start says so; who called it off has said so
      if (signal.aborted) return;
      const known = error instanceof UpdateRefusal;
      const message = known ? error.message : `It could not be begun (${(error as Error).message}).`;
      this.#log(message);
      const ended = await this.#file.move(state.id, "failed", { message });
      if (ended) await this.#tellEnd(ended);
    }
  }

  async #untilIdle(id: string, signal: AbortSignal): Promise<void> {
    const { orm, lookMs = LOOK_MS } = this.#parts;
    const end = Date.now() + LONGEST_WAIT_MS;
    for (let said = ""; ; ) {
      const running = totalOf(await runningWork(orm));
      if (running === 0) return;
      if (Date.now() > end)
        throw new UpdateRefusal(
          "update.not-idle",
          "Work went on for six hours. Begin it again with “start now”.",
        );
      const message = `${running} running; the update waits for ${running === 1 ? "it" : "them"}.`;
      if (message !== said) await this.#file.move(id, "pending", { message });
      said = message;
      await pause(lookMs, signal);
    }
  }

  /** The version was exchanged: which one is this? */
  async #conclude(state: UpdateState): Promise<void> {
    const { version, log, lookMs = LOOK_MS } = this.#parts;
    if (version === state.to) {
      const message = `Version ${version} works.`;
      const done = await this.#file.move(state.id, "done", { message });
      if (done) log.info("update.done", { from: state.from, to: state.to });
      // the watchdog was quicker: it takes this version away again
      return this.#tellEnd(done ?? this.#file.read() ?? state);
    }
    void this.#untilOver(state, lookMs).catch(() => undefined);
  }

  /** The version of before runs: the watchdog is about to say that it brought it back, unless it is not there any more. */
  async #untilOver(state: UpdateState, lookMs: number): Promise<void> {
    for (;;) {
      await pause(lookMs, this.#abort.signal);
      const now = this.#file.read();
      if (now?.id !== state.id) return;
      if (isOver(now)) return this.#tellEnd(now);
      const late = Date.parse(now.deadline ?? now.changedAt) + GRACE_MS;
      if (Date.now() < late) continue;
      if (now.plan) exchange(now.plan, "back");
      const message = "Nobody was there to end it. The version of before stays.";
      const ended = await this.#file.move(now.id, "rolled-back", { message });
      if (ended) await this.#tellEnd(ended);
      return;
    }
  }

  async #tellEnd(state: UpdateState): Promise<void> {
    if (!isOver(state) || state.told) return;
    const told = await this.#file.move(state.id, state.phase, { told: true });
    if (!told) return;
    if (state.phase !== "done")
      this.#parts.log.error(`update.${state.phase}`, { from: state.from, to: state.to });
    await this.#tell(`update.${state.phase}`, state, state.startedBy);
  }

  #tell(event: string, { from, to, updater }: UpdateState, actor: string): Promise<unknown> {
    return journal(this.#parts.orm.em.fork(), { event, actor, detail: { from, to, updater } });
  }

  #log(text: string): void {
    appendFileSync(this.#file.logPath, `${new Date().toISOString()} ${text}\n`, { mode: 0o600 });
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(() => resolve(), ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
