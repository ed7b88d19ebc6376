// Puts the hub together: database, ledger, intake, plugins, web; and takes it apart in reverse.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DicomSenderToken, IntakeToken, type Listener, LogToken, type Settled } from "@thalamus/sdk";
import { setBugReporter } from "@thalamus/sdk/host";
import { filter, type Observable } from "rxjs";
import { ensureAdmin } from "./access/accounts.ts";
import { Sessions } from "./access/sessions.ts";
import { Closing } from "./closing.ts";
import type { LoadedConfig } from "./config/load-config.ts";
import { openDatabase } from "./database/database.ts";
import { HubPresence } from "./database/hub-presence.ts";
import { createDicomSender } from "./dicom/dicom-sender.ts";
import { openFileTrees } from "./files/file-trees.ts";
import { FreeSpace } from "./files/free-space.ts";
import { type HttpServer, startHttp } from "./http/http-server.ts";
import { DurableIntake } from "./intake/intake.ts";
import { ArrivalRecorder } from "./intake/record-arrivals.ts";
import { Stability } from "./intake/stability.ts";
import { CHANGE_CHANNEL, changesOf, WAKE_CHANNEL } from "./observe/changes.ts";
import { type HubLog, openLog } from "./observe/log.ts";
import { PluginRegistry } from "./plugins/plugin-registry.ts";
import { openScope, provide } from "./plugins/plugin-scope.ts";
import { Ledger } from "./steps/ledger.ts";
import { Recovery } from "./steps/recovery.ts";
import { Route } from "./steps/route.ts";
import { StepQueue } from "./steps/step-queue.ts";
import { StepRunner } from "./steps/step-runner.ts";
import type { AnyStep } from "./steps/step-view.ts";

export const VERSION = (
  JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as { version: string }
).version;

/** Steps one hub holds for one plugin entry; the plugin's own width may be smaller. */
const STEPS_HELD = 4;
const STOP_GRACE_MS = 3000;

export interface HubOptions {
  /** From THALAMUS_ADMIN_PASSWORD. */
  readonly adminPassword?: string | undefined;
  readonly log?: HubLog;
}

export interface Hub {
  readonly id: string;
  readonly http: HttpServer;
  readonly listeners: ReadonlyMap<string, Listener["address"]>;
  readonly dataFolder: string;
  readonly databaseFolder: string | undefined;
  /** Set when an admin password was made up; printed once. */
  readonly newPassword: string | undefined;
  stop(): Promise<void>;
}

/** @throws ConfigError or Error; whatever had been started is stopped again */
export async function startHub(loaded: LoadedConfig, options: HubOptions = {}): Promise<Hub> {
  const closing = new Closing();
  try {
    return await start(loaded, options, closing);
  } catch (error) {
    await closing.run();
    throw error;
  }
}

async function start(loaded: LoadedConfig, options: HubOptions, closing: Closing): Promise<Hub> {
  const { config, dataFolder } = loaded;
  const startedAt = new Date();
  const registry = await PluginRegistry.load(loaded);
  const trees = openFileTrees(dataFolder);
  const log = options.log ?? openLog({ level: config.log.level, folder: join(dataFolder, "logs") });
  closing.add(async () => log.flush());
  setBugReporter(({ step, errorId, error }) => {
    const where = error instanceof Error ? (error.stack?.split("\n").slice(1, 4) ?? []) : [];
    const kind = error instanceof Error ? error.name : typeof error;
    log.error("plugin.bug", { errorId, step: step.id, error: kind, where: where.map((line) => line.trim()) });
  });

  const database = await openDatabase(loaded.databaseUrl, join(dataFolder, "postgres"));
  closing.add(() => database.close());
  const { orm } = database;
  const newPassword = await ensureAdmin(orm, options.adminPassword);
  const presence = await HubPresence.open(database.url, [CHANGE_CHANNEL, WAKE_CHANNEL], VERSION);
  closing.add(() => presence.close());

  const workers = [...registry.ofKind("check"), ...registry.ofKind("process"), ...registry.ofKind("deliver")];
  const queue = await StepQueue.open(
    database.url,
    workers.map(({ name }) => name),
    log.named("queue"),
  );
  closing.add(() => queue.close());
  const route = new Route(config.route, queue);
  const repeatable = (target: string): boolean => {
    const plugin = registry.get(target)?.plugin;
    return (
      plugin?.kind === "check" ||
      (plugin !== undefined && "onInterrupted" in plugin && plugin.onInterrupted === "repeat")
    );
  };
  const ledger = new Ledger({
    orm,
    queue,
    route,
    hubId: presence.id,
    retry: config.steps,
    repeatable,
    log: log.named("steps"),
  });

  const space = new FreeSpace(dataFolder);
  await space.measure();
  const recorder = new ArrivalRecorder({ orm, route, hubId: presence.id });
  const keepFreeBytes = config.intake.keepFreeMegabytes * 1_000_000;
  const intake = new DurableIntake({ orm, hubId: presence.id, trees, space, keepFreeBytes, recorder });
  closing.add(() => intake.drain());

  const sender = createDicomSender();
  const services = [
    provide(LogToken, (plugin) => log.named(plugin)),
    provide(IntakeToken, () => intake),
    provide(DicomSenderToken, () => sender),
  ];
  const recovery = new Recovery({ orm, presence, ledger, trees, log: log.named("recovery") });
  await recovery.start();
  closing.add(() => recovery.stop());

  const runners = workers.map(({ name, plugin, settings }) => {
    const scope = openScope(name, plugin.needs, settings, services);
    type Work = (steps$: Observable<AnyStep>, scope: unknown) => Observable<Settled>;
    const stream = (
      plugin.kind === "check" ? plugin.check : plugin.kind === "process" ? plugin.process : plugin.deliver
    ) as Work;
    const work = (steps$: Observable<AnyStep>) => stream(steps$, scope);
    return new StepRunner({
      orm,
      trees,
      target: name,
      ledger,
      queue,
      log: log.named("steps"),
      work,
      width: STEPS_HELD,
    });
  });
  const wakes = presence.notifications$
    .pipe(filter(({ channel }) => channel === WAKE_CHANNEL))
    .subscribe(({ payload }) => {
      for (const runner of runners) if (runner.target === payload) runner.wake();
    });
  const changes$ = changesOf(presence);
  const cancels = changes$.subscribe(({ resource, id, patch }) => {
    if (resource === "step" && patch?.["state"] === "cancelled")
      for (const runner of runners) runner.cancel(id);
  });
  closing.add(async () => {
    wakes.unsubscribe();
    cancels.unsubscribe();
  });
  for (const runner of runners) runner.start();
  closing.add(async () => void (await Promise.all(runners.map((runner) => runner.stop(STOP_GRACE_MS)))));

  const { stableAfterSeconds } = config.intake;
  const stability = new Stability({ orm, route, log: log.named("intake"), stableAfterSeconds });
  stability.start();
  closing.add(() => stability.stop());

  const listeners = new Map<string, Listener["address"]>();
  for (const { name, plugin, settings } of registry.ofKind("intake")) {
    const listener = await plugin.start(openScope(name, plugin.needs, settings, services) as never);
    listeners.set(name, listener.address);
    closing.add(() => listener.stop());
  }

  const http = await startHttp({
    ...config.http,
    orm,
    trees,
    space,
    version: VERSION,
    startedAt,
    name: config.name,
    embeddedDatabase: database.embeddedFolder !== undefined,
    plugins: () => registry.reports(),
    listeners: () => [...listeners].map(([name, address]) => ({ name, ...address })),
    sessions: new Sessions(orm),
    changes$,
    gap$: presence.reconnected$,
    log: log.named("http"),
  });
  closing.add(() => http.stop());
  return {
    id: presence.id,
    http,
    listeners,
    dataFolder,
    databaseFolder: database.embeddedFolder,
    newPassword,
    stop: () => closing.run(),
  };
}
