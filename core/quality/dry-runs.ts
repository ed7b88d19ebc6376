// Replays a check with other settings over past studies and tells the difference; nothing is changed by it.
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { CheckPlugin, CheckStep, Outcome } from "@thalamus/sdk";
import { EMPTY, lastValueFrom, of } from "rxjs";
import { Step } from "../database/entities/step.ts";
import { Study } from "../database/entities/study.ts";
import type { HubPresence } from "../database/hub-presence.ts";
import type { FileTrees } from "../files/file-trees.ts";
import type { HubLog } from "../observe/log.ts";
import type { LoadedPlugin, PluginRegistry } from "../plugins/plugin-registry.ts";
import { openScope, type Service } from "../plugins/plugin-scope.ts";
import { settingsProblems } from "../plugins/plugin-settings.ts";
import { viewStudy } from "../steps/study-view.ts";
import { DifferenceSum, differenceOf, type Judged, type StudyDifference } from "./dry-run-difference.ts";
import { DryRunRows, type DryRunSight } from "./dry-run-rows.ts";
import { QualityRefusal } from "./quality-refusal.ts";

export interface DryRunRequest {
  /** Name of a plugin entry of kind check. */
  readonly plugin: string;
  /** Goes before the settings of the entry, one by one. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Short for `settings.profile`. */
  readonly profile?: string;
  /** Studies received from then on. */
  readonly since?: Date;
  /** At most so many, the newest first. */
  readonly limit: number;
}

export interface DryRunParts {
  readonly orm: MikroORM;
  readonly presence: Pick<HubPresence, "id" | "deadAmong">;
  readonly registry: Pick<PluginRegistry, "get">;
  readonly services: readonly Service[];
  readonly trees: FileTrees;
  readonly log: HubLog;
}

type Check = LoadedPlugin<CheckPlugin>;
type Work = (step: CheckStep) => Promise<Outcome>;

class DryRun {
  readonly id = randomUUID();
  readonly startedAt = new Date();
  readonly abort = new AbortController();
  readonly plugin: string;
  readonly sum = new DifferenceSum();
  readonly studies: StudyDifference[] = [];
  state: DryRunSight["state"] = "running";
  endedAt: Date | null = null;
  total = 0;
  done = 0;
  unreadable = 0;
  ended: Promise<void> = Promise.resolve();

  constructor(plugin: string) {
    this.plugin = plugin;
  }

  cancel(): void {
    this.abort.abort(new Error("the dry run was cancelled"));
  }

  sight(): DryRunSight {
    const { id, plugin, state, startedAt, endedAt, total, done, unreadable, sum, studies } = this;
    const checks = sum.checks();
    return { id, plugin, state, startedAt, endedAt, total, done, unreadable, checks, studies: [...studies] };
  }
}

/** So often the others see how far it is, and it sees that they want its end. */
const SAVE_MS = 500;
/** A study that is looked at comes to its end first. */
const LONGEST_CANCEL_MS = 10_000;

export class DryRuns {
  readonly #parts: DryRunParts;
  readonly #rows: DryRunRows;
  /** Those of this hub that go on. */
  readonly #runs = new Map<string, DryRun>();

  constructor(parts: DryRunParts) {
    this.#parts = parts;
    this.#rows = new DryRunRows(parts.orm, parts.presence);
  }

  /** Begins one; it goes on by itself. @throws QualityRefusal for wrong settings, and while another one runs */
  async start(request: DryRunRequest): Promise<DryRunSight> {
    const work = this.#workOf(request);
    const run = new DryRun(request.plugin);
    const begun = run.sight();
    if (!(await this.#rows.begin(begun))) {
      throw new QualityRefusal("qc.dry-run-busy", "Another dry run goes on. Wait for its end, or cancel it.");
    }
    this.#runs.set(run.id, run);
    run.ended = this.#run(run, request, work).finally(() => this.#runs.delete(run.id));
    return begun;
  }

  async get(id: string): Promise<DryRunSight> {
    const sight = this.#runs.get(id)?.sight() ?? (await this.#rows.find(id));
    if (!sight) throw new QualityRefusal("api.not-found", "There is no such dry run.", "not-found");
    return sight;
  }

  /** What it found so far stays. @returns one that still goes on when its hub does not hear of it in time */
  async cancel(id: string): Promise<DryRunSight> {
    const run = this.#runs.get(id);
    if (run) {
      run.cancel();
      await run.ended;
      return this.get(id);
    }
    await this.#rows.wantCancel(id);
    const patience = performance.now() + LONGEST_CANCEL_MS;
    let sight = await this.get(id);
    while (sight.state === "running" && performance.now() < patience) {
      await setTimeout(SAVE_MS / 5);
      sight = await this.get(id);
    }
    return sight;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#runs.keys()].map((id) => this.cancel(id)));
  }

  /** The plugin with the settings under test, apart from the one that works. */
  #workOf({ plugin: name, settings, profile }: DryRunRequest): Work {
    const loaded = this.#parts.registry.get(name);
    if (loaded?.plugin.kind !== "check") {
      throw new QualityRefusal("qc.no-check", "No plugin entry of kind check has this name.", "not-found");
    }
    const { plugin, settings: own } = loaded as Check;
    const merged: Record<string, unknown> = { ...structuredClone(own as object), ...settings };
    if (profile !== undefined) {
      merged["profile"] = profile;
      delete merged["ownProfile"];
    }
    const entry = { use: plugin.name, name, optional: false, settings: merged };
    const problems = settingsProblems(plugin, entry, "", () => undefined);
    if (problems.length > 0) {
      throw badSettings(problems.map(({ path, message }) => `${path} ${message}`).join("; "));
    }
    const scope = openScope(name, plugin.needs, merged, this.#parts.services) as never;
    try {
      // a rule set that cannot be used is refused before anything runs
      plugin.check(EMPTY, scope);
    } catch (error) {
      throw badSettings(`The check ${(error as Error).message}`);
    }
    return async (step) => (await lastValueFrom(plugin.check(of(step), scope))).outcome;
  }

  async #run(run: DryRun, request: DryRunRequest, work: Work): Promise<void> {
    const { log } = this.#parts;
    try {
      const past = await this.#pastSteps(request);
      run.total = past.length;
      let saved = 0;
      for (const { studyId, revision, was } of past) {
        if (performance.now() - saved > SAVE_MS) {
          if (await this.#rows.save(run.sight())) run.cancel();
          saved = performance.now();
        }
        if (run.abort.signal.aborted) break;
        await this.#replay(run, studyId, revision, was, work);
        run.done += 1;
      }
      run.state = run.abort.signal.aborted ? "cancelled" : "done";
    } catch (error) {
      run.state = "failed";
      log.error("dry-run.failed", { run: run.id, error: (error as Error).name });
    }
    run.endedAt = new Date();
    // without it the run is told to go on until its hub is gone
    await this.#rows.save(run.sight()).catch((error: unknown) => {
      log.error("dry-run.failed", { run: run.id, error: (error as Error).name });
    });
  }

  async #replay(run: DryRun, studyId: string, revision: number, was: Judged, work: Work): Promise<void> {
    const { orm, trees } = this.#parts;
    const study = await orm.em.fork().findOne(Study, studyId);
    if (!study) return;
    const step: CheckStep = {
      id: randomUUID(),
      attempt: 1,
      study: viewStudy({ orm, trees, reader: "inside" }, study, revision),
      signal: run.abort.signal,
      acting: () => Promise.reject(new Error("a dry run does nothing outside")),
      progress: () => undefined,
      workspace: () => Promise.reject(new Error("a dry run has no folder")),
    };
    const outcome = await work(step);
    if (run.abort.signal.aborted) return;
    if (outcome.kind !== "passed" && outcome.kind !== "held") {
      run.unreadable += 1;
      return;
    }
    const difference = differenceOf(studyId, was, outcome);
    run.sum.add(difference, outcome.lines);
    if (difference.changes.length > 0 || difference.was !== difference.wouldBe) run.studies.push(difference);
  }

  /** The newest judged step of each study. */
  async #pastSteps({ plugin, since, limit }: DryRunRequest) {
    const steps = await this.#parts.orm.em.fork().find(
      Step,
      {
        target: plugin,
        phase: "check",
        state: ["done", "held"],
        ...(since ? { study: { receivedAt: { $gte: since } } } : {}),
      },
      { orderBy: { createdAt: "desc" }, limit: limit * 4 },
    );
    const newest = new Map<string, { studyId: string; revision: number; was: Judged }>();
    for (const { study, revision, outcome } of steps) {
      const judged = outcome?.kind === "passed" || outcome?.kind === "held";
      if (judged && !newest.has(study.id))
        newest.set(study.id, { studyId: study.id, revision, was: outcome });
    }
    return [...newest.values()].slice(0, limit);
  }
}

const badSettings = (message: string) => new QualityRefusal("qc.bad-settings", `${message}.`, "invalid");
