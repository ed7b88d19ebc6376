// Everything about steps in one piece: queue, route, ledger, recovery, and a runner for each plugin entry.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { Metrics, OutboundProcessPlugin, Plugin, Settled } from "@thalamus/sdk";
import { filter, type Observable, type Subscription } from "rxjs";
import type { HubPresence } from "../database/hub-presence.ts";
import type { PseudonymVault } from "../deidentified/vault.ts";
import { Lanes } from "../deliveries/lanes.ts";
import type { FileTrees } from "../files/file-trees.ts";
import type { SpaceAccount } from "../files/space-account.ts";
import { changesOf, WAKE_CHANNEL } from "../observe/changes.ts";
import { CoreMetrics } from "../observe/core-metrics.ts";
import type { HubLog } from "../observe/log.ts";
import { type LoadedPlugin, type PluginRegistry, readerOf } from "../plugins/plugin-registry.ts";
import { openScope, type Service } from "../plugins/plugin-scope.ts";
import { HeldChecks } from "../quality/held-checks.ts";
import type { EntryChanges } from "../settings/changed-entries.ts";
import { Ledger } from "./ledger.ts";
import { OutcomeKeeper } from "./outcome-keeper.ts";
import { Recovery, type RollsForward, type WithdrawsRows } from "./recovery.ts";
import { type Release, type ReleaseAnswer, releaseStep } from "./release-step.ts";
import { Route, type RoutePlan } from "./route.ts";
import { StepActions } from "./step-actions.ts";
import { stepCounts } from "./step-counts.ts";
import { StepQueue } from "./step-queue.ts";
import { StepRunner } from "./step-runner.ts";
import type { AnyStep } from "./step-view.ts";
import type { RetryPolicy } from "./verdict.ts";
import { type Withdraw, Withdrawals } from "./withdrawals.ts";

export interface EngineParts {
  readonly orm: MikroORM;
  readonly databaseUrl: string;
  readonly presence: HubPresence;
  readonly registry: PluginRegistry;
  readonly plan: RoutePlan;
  readonly retry: RetryPolicy;
  readonly trees: FileTrees;
  readonly space: SpaceAccount;
  readonly vault: PseudonymVault;
  readonly log: HubLog;
  readonly metrics: Metrics;
}

/** Steps one plugin entry of one hub has in hand, unless the plugin says how many it works on. */
const STEPS_IN_HAND = 4;
/** Deliveries are short and many: so many more are claimed with those that can begin. */
const DELIVERIES_AHEAD = 8;
/** Work in hand may end for this long when the hub stops. */
const STOP_GRACE_MS = 3000;

export class StepEngine {
  readonly route: Route;
  readonly lanes: Lanes;
  readonly actions: StepActions;
  /** What a person can do about studies that wait. */
  readonly heldChecks: HeldChecks;
  readonly #parts: EngineParts;
  readonly #queue: StepQueue;
  readonly #ledger: Ledger;
  readonly #recovery: Recovery;
  readonly #withdrawals: Withdrawals;
  readonly #withdraws = new Map<string, Withdraw>();
  readonly #runners: StepRunner[] = [];
  /** Those with settings of before, which end what they have in hand. */
  readonly #retiring = new Set<StepRunner>();
  #services: readonly Service[] = [];
  #listening: Subscription[] = [];

  private constructor(parts: EngineParts, queue: StepQueue) {
    const { orm, presence, registry, plan, retry, trees, space, log, metrics } = parts;
    this.#parts = parts;
    this.#queue = queue;
    this.route = new Route(plan, queue);
    const [changes$, gap$] = [changesOf(presence), presence.reconnected$];
    this.lanes = new Lanes({ orm, changes$, gap$, log });
    this.actions = new StepActions({ orm, queue, route: this.route });
    this.heldChecks = new HeldChecks({ orm, queue, route: this.route });
    this.#ledger = new Ledger({
      orm,
      queue,
      route: this.route,
      hubId: presence.id,
      retry,
      space,
      repeatable: (target) => isRepeatable(registry.get(target)),
      outbound: (target) => isOutbound(registry.get(target)),
      log,
      settled: stepCounts(metrics),
    });
    this.#recovery = new Recovery({ orm, presence, ledger: this.#ledger, trees, log });
    this.#withdrawals = new Withdrawals({ orm, presence, changes$, withdraws: this.#withdraws, log });
  }

  static async open(parts: EngineParts): Promise<StepEngine> {
    const targets = workers(parts.registry).map(({ name }) => name);
    return new StepEngine(parts, await StepQueue.open(parts.databaseUrl, targets, parts.log));
  }

  /** Takes back what a dead hub held, then lets every plugin entry work. */
  async start(
    services: readonly Service[],
    rollForward: RollsForward,
    unflushed: WithdrawsRows,
  ): Promise<void> {
    this.#services = services;
    await this.#recovery.start(rollForward, unflushed);
    for (const loaded of workers(this.#parts.registry)) {
      try {
        this.#runners.push(this.#runnerOf(loaded, services));
      } catch (error) {
        if (!loaded.optional) throw new Error(`plugin ${loaded.name} ${(error as Error).message}`);
        this.#parts.registry.disable(loaded.name, (error as Error).message);
      }
    }
    const { presence } = this.#parts;
    const wakes = presence.notifications$.pipe(filter(({ channel }) => channel === WAKE_CHANNEL));
    this.#listening = [
      wakes.subscribe(({ payload }) => {
        for (const runner of this.#runners) if (runner.target === payload) runner.wake();
      }),
      changesOf(presence).subscribe(({ resource, id, patch }) => {
        if (resource !== "step" || patch?.["state"] !== "cancelled") return;
        for (const runner of [...this.#runners, ...this.#retiring]) runner.cancel(id);
      }),
    ];
    await this.lanes.start((target) => {
      for (const runner of this.#runners) if (runner.target === target) runner.wake();
    });
    for (const runner of this.#runners) this.#begin(runner);
    this.#withdrawals.start();
  }

  /** A plugin looks at its settings before its first step. */
  #begin(runner: StepRunner): void {
    const { registry } = this.#parts;
    try {
      runner.open();
      runner.run();
    } catch (error) {
      const { message } = error as Error;
      if (!registry.get(runner.target)?.optional) throw new Error(`plugin ${runner.target}: ${message}`);
      registry.disable(runner.target, message);
    }
  }

  /**
   * New settings of plugin entries: what is claimed from now on goes by them, what is in hand ends as it began.
   * @returns why an entry goes on as it was, by its name
   */
  async exchange({
    changed,
    removed,
  }: Pick<EntryChanges, "changed" | "removed">): Promise<Record<string, string>> {
    const problems: Record<string, string> = {};
    for (const loaded of workers(this.#parts.registry)) {
      if (!changed.has(loaded.name)) continue;
      try {
        await this.#queue.addTarget(loaded.name);
        const runner = this.#runnerOf(loaded, this.#services);
        runner.open();
        await this.#retire(loaded.name);
        this.#runners.push(runner);
        runner.run();
      } catch (error) {
        problems[loaded.name] = (error as Error).message;
      }
    }
    for (const name of removed) await this.#retire(name);
    return problems;
  }

  /** Resolves when it claims nothing any more. */
  async #retire(target: string): Promise<void> {
    const index = this.#runners.findIndex((runner) => runner.target === target);
    const [runner] = index < 0 ? [] : this.#runners.splice(index, 1);
    if (!runner) return;
    this.#retiring.add(runner);
    await runner.cease();
    void runner.retire().then(() => this.#retiring.delete(runner));
  }

  /** A person lets lines pass that held a de-identification. */
  release(release: Release): Promise<ReleaseAnswer> {
    return releaseStep({ orm: this.#parts.orm, queue: this.#queue, route: this.route }, release);
  }

  async stop(): Promise<void> {
    this.lanes.stop();
    await Promise.all([this.#recovery.stop(), this.#withdrawals.stop()]);
    await Promise.all([...this.#runners, ...this.#retiring].map((runner) => runner.stop(STOP_GRACE_MS)));
    for (const subscription of this.#listening) subscription.unsubscribe();
    await this.#queue.close();
  }

  #runnerOf({ name, plugin, settings }: Worker, services: readonly Service[]): StepRunner {
    const { orm, trees, space, vault, log, metrics } = this.#parts;
    const refused = metrics.counter(CoreMetrics.resultsRefused);
    const reader = readerOf(plugin);
    const scope = openScope(name, plugin.needs, settings, services);
    const stream = streamOf(plugin);
    const withdraw = plugin.kind === "process" ? plugin.withdraw?.bind(plugin) : undefined;
    if (withdraw) this.#withdraws.set(name, (order, signal) => withdraw(order, scope as never, signal));
    return new StepRunner({
      orm,
      trees,
      reader,
      tells: isOutboundPlugin(plugin) ? (plugin.tells?.(settings as never) ?? []) : [],
      keeper: new OutcomeKeeper({
        orm,
        trees,
        vault,
        reader,
        mismatched: (code) => refused.of({ code }).add(),
      }),
      space,
      lanes: this.lanes,
      log,
      target: name,
      ledger: this.#ledger,
      queue: this.#queue,
      work: (steps$) => stream(steps$, scope),
      width: widthOf(plugin, settings),
      ahead: plugin.kind === "deliver" ? DELIVERIES_AHEAD : 0,
      heldBeside: () =>
        [...this.#retiring].filter(({ target }) => target === name).flatMap(({ held }) => held),
    });
  }
}

type Worker = ReturnType<typeof workers>[number];

const workers = (registry: PluginRegistry) => [
  ...registry.ofKind("check"),
  ...registry.ofKind("transform"),
  ...registry.ofKind("process"),
  ...registry.ofKind("deliver"),
];

/** The kinds differ only in the steps they take; the ledger gives each target steps of its own kind. */
function streamOf(
  plugin: Worker["plugin"],
): (steps$: Observable<AnyStep>, scope: unknown) => Observable<Settled> {
  const work = () => {
    switch (plugin.kind) {
      case "check":
        return plugin.check;
      case "transform":
        return plugin.transform;
      case "process":
        return plugin.process;
      case "deliver":
        return plugin.deliver;
    }
  };
  return work() as ReturnType<typeof streamOf>;
}

const widthOf = (plugin: Worker["plugin"], settings: unknown): number =>
  plugin.kind === "process" ? (plugin.width?.(settings as never) ?? STEPS_IN_HAND) : STEPS_IN_HAND;
const isOutboundPlugin = (plugin: Plugin): plugin is OutboundProcessPlugin =>
  plugin.kind === "process" && plugin.takes === "deidentified";

const isOutbound = (loaded: LoadedPlugin | undefined): boolean =>
  loaded !== undefined && readerOf(loaded.plugin) === "outbound";

/** Checks and transforms change nothing outside; the others say whether a second time overwrites the first. */
function isRepeatable(loaded: LoadedPlugin | undefined): boolean {
  if (loaded === undefined) return false;
  const { plugin } = loaded;
  if (plugin.kind === "check" || plugin.kind === "transform") return true;
  return "onInterrupted" in plugin && plugin.onInterrupted === "repeat";
}
