// Puts the hub together: database, ledger, intake, plugins, web; and takes it apart in reverse.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ArchiveToken,
  CloudAccessToken,
  DicomSenderToken,
  HttpToken,
  IntakeToken,
  KeepToken,
  type Listener,
  LogToken,
  MailerToken,
  MetricsToken,
  MllpToken,
  OrderDeskToken,
  SiteKeysToken,
  TemplatesToken,
} from "@thalamus/sdk";
import { setBugReporter } from "@thalamus/sdk/host";
import { ensureAdmin } from "./access/accounts.ts";
import { Sessions } from "./access/sessions.ts";
import { AccessJournal } from "./archive/access-journal.ts";
import { ReceivedArchive } from "./archive/archive.ts";
import { Closing } from "./closing.ts";
import { openCloudAccess } from "./cloud-access/open-cloud-access.ts";
import { openClouds } from "./clouds/open-clouds.ts";
import { entryName } from "./config/hub-config.ts";
import type { LoadedConfig } from "./config/load-config.ts";
import { openDatabase } from "./database/database.ts";
import { HubPresence } from "./database/hub-presence.ts";
import { DeidentificationPreview } from "./deidentified/preview.ts";
import { PseudonymVault } from "./deidentified/vault.ts";
import { Destinations } from "./deliveries/destinations.ts";
import { Reconciliation } from "./deliveries/reconciliation.ts";
import { readReconciliation } from "./deliveries/reconciliation-metric.ts";
import { createDicomSender } from "./dicom/dicom-sender.ts";
import { openFileTrees } from "./files/file-trees.ts";
import { FreeSpace } from "./files/free-space.ts";
import { GROUP_CHANNEL } from "./groups/group-channel.ts";
import { openGroups } from "./groups/open-groups.ts";
import { createMllp } from "./hl7/mllp-client.ts";
import { type HttpServer, startHttp } from "./http/http-server.ts";
import { startWebPlugins } from "./http/start-web-plugins.ts";
import { createHttpClient } from "./http-client/http-client.ts";
import { openIntake } from "./intake/open-intake.ts";
import { createMailer } from "./mail/mailer.ts";
import { openNotices } from "./notices/open-notices.ts";
import { NOTICE_CHANNEL } from "./notices/record-notice.ts";
import { CHANGE_CHANNEL, changesOf, WAKE_CHANNEL } from "./observe/changes.ts";
import { readDatabase } from "./observe/database-metrics.ts";
import { diskEvents } from "./observe/disk-events.ts";
import { bugReporter, type HubLog, openLog } from "./observe/log.ts";
import { HubMetrics } from "./observe/metrics.ts";
import { readProcess } from "./observe/process-metrics.ts";
import { readDisk, readInfo, readListeners } from "./observe/site-metrics.ts";
import { expiryChore } from "./order-desk/expiry.ts";
import { openDesk } from "./order-desk/open-desk.ts";
import { PluginRegistry } from "./plugins/plugin-registry.ts";
import { provide } from "./plugins/plugin-scope.ts";
import { sightOf, startListeners } from "./plugins/running-listeners.ts";
import { DryRuns } from "./quality/dry-runs.ts";
import { SealedKeep } from "./secrets/sealed-keep.ts";
import { keysForPlugins } from "./secrets/site-keys.ts";
import { openSiteSecret } from "./secrets/site-secret.ts";
import { StepEngine } from "./steps/step-engine.ts";
import { FailureReports } from "./studies/failure-reports.ts";
import { rejectStudy } from "./studies/reject-study.ts";
import { createTemplates } from "./templates/template-service.ts";
import { openUpkeep } from "./upkeep/open-upkeep.ts";
import { StudyPurge } from "./upkeep/study-purge.ts";
import { UPLOAD_CHANNEL, UploadLocks } from "./uploads/upload-locks.ts";
import { UploadStore } from "./uploads/upload-store.ts";
import { Uploads } from "./uploads/uploads.ts";

export const VERSION = (
  JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as { version: string }
).version;

export interface HubOptions {
  /** From THALAMUS_ADMIN_PASSWORD. */
  readonly adminPassword?: string | undefined;
  readonly log?: HubLog;
}

export interface Hub {
  readonly id: string;
  readonly http: HttpServer;
  readonly listeners: ReadonlyMap<string, Listener["address"]>;
  /** Paths of plugins on the HTTP server, by the names of their entries. */
  readonly web: ReadonlyMap<string, string>;
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
  setBugReporter(bugReporter(log));

  const metrics = new HubMetrics(config.plugins.map(entryName), log.named("metrics"));
  const stopWatching = readProcess(metrics, startedAt);
  closing.add(async () => stopWatching());

  const database = await openDatabase(loaded.databaseUrl, join(dataFolder, "postgres"));
  closing.add(() => database.close());
  const { orm } = database;
  readDatabase(metrics, orm, () => database.pool());
  const newPassword = await ensureAdmin(orm, options.adminPassword);
  const presence = await HubPresence.open(
    database.url,
    [CHANGE_CHANNEL, WAKE_CHANNEL, UPLOAD_CHANNEL, NOTICE_CHANNEL, GROUP_CHANNEL],
    VERSION,
  );
  closing.add(() => presence.close());

  const secret = await openSiteSecret({
    ...{ orm, dataFolder, keyFile: loaded.keyFile, previousKeyFiles: loaded.previousKeyFiles },
    log: log.named("secrets"),
  });
  const vault = new PseudonymVault(secret);

  const { warnFreeMegabytes, keepFreeMegabytes } = config.intake;
  const space = new FreeSpace({
    folder: dataFolder,
    marks: { warnBelow: warnFreeMegabytes * 1_000_000, keepFree: keepFreeMegabytes * 1_000_000 },
    moved: diskEvents(orm, presence.id, log.named("disk")),
  });
  await space.start();
  closing.add(async () => space.stop());

  // closed after the engine: deliveries in hand end first
  const httpClient = createHttpClient();
  closing.add(() => httpClient.close());
  const engine = await StepEngine.open({
    orm,
    databaseUrl: database.url,
    presence,
    registry,
    plan: { ...config.route, products: registry.products, formats: (name) => registry.formatsOf(name) },
    retry: config.steps,
    trees,
    space: space.account,
    vault,
    log: log.named("steps"),
    metrics,
  });
  closing.add(() => engine.stop());

  const hubId = presence.id;
  const taking = openIntake(
    {
      ...{ orm, hubId, trees, metrics, databaseUrl: database.url, space: space.account, route: engine.route },
      settings: config.intake,
      productTag: config.route.productTag,
      products: registry.products.keys(),
      log: log.named("intake"),
    },
    closing,
  );
  const { intake, marks, stability } = taking;
  readInfo(metrics, hubId, VERSION);
  readDisk(metrics, space);

  const access = new AccessJournal(orm, log.named("archive"));
  closing.add(() => access.stop());
  const archive = new ReceivedArchive({ orm, trees, access });
  const sender = createDicomSender();
  const mllp = createMllp();
  closing.add(async () => mllp.close());
  const mailer = createMailer();
  closing.add(async () => mailer.close());
  const templates = createTemplates();
  const cloud = openCloudAccess(orm, () => registry.products.keys(), metrics);
  const usesDesk = registry.serves(OrderDeskToken);
  const desk = openDesk({
    ...{ orm, hubId, trees, space, intake, stability, metrics, route: engine.route, actions: engine.actions },
    purge: new StudyPurge({ orm, trees, marks, log: log.named("upkeep") }),
    access: cloud.access,
    settings: config.cloud,
    uploads: config.uploads,
    keys: secret.keys,
    http: httpClient,
    configFile: loaded.file,
    log: log.named("cloud"),
  });
  const services = [
    provide(LogToken, (plugin) => log.named(plugin)),
    provide(IntakeToken, () => intake),
    provide(MetricsToken, () => metrics),
    provide(DicomSenderToken, () => sender),
    provide(MllpToken, () => mllp),
    provide(MailerToken, () => mailer),
    provide(ArchiveToken, () => archive),
    provide(SiteKeysToken, () => keysForPlugins(secret.keys)),
    provide(KeepToken, (plugin) => new SealedKeep(orm, secret.sealer, plugin)),
    provide(TemplatesToken, () => templates),
    provide(HttpToken, () => httpClient),
    provide(CloudAccessToken, () => cloud.access),
    provide(OrderDeskToken, () => desk.desk),
  ];
  registry.requireGoodSettings(loaded, services);
  const notices = await openNotices({
    ...{ orm, registry, services, presence, dataFolder, log: log.named("notices") },
    settings: config.alerts,
    timeZone: config.upkeep.timeZone,
  });
  closing.add(() => notices.stop());
  await engine.start(services, taking.rollForward, taking.unflushed);
  const { route } = engine;
  const failures = new FailureReports({
    ...{ orm, trees, route },
    changes$: changesOf(presence),
    log: log.named("steps"),
  });
  failures.start();
  closing.add(() => failures.stop());
  stability.start();
  closing.add(() => stability.stop());
  const uploads = new Uploads({
    ...{ orm, intake, route: engine.route, hubId, space, metrics, settings: config.uploads },
    store: new UploadStore(orm),
    folder: trees.uploads,
    products: [...registry.products.keys()].toSorted(),
    log: log.named("uploads"),
  });
  const locks = new UploadLocks(database.url, presence);
  closing.add(() => locks.close());
  uploads.queue.start();
  closing.add(() => uploads.queue.stop());
  const { deliver, deliverFailures = deliver } = config.route;
  const targets = { diagnostic: deliver, failure: deliverFailures };
  const reconciliation = new Reconciliation({ orm, targets });
  readReconciliation(metrics, reconciliation);
  const destinations = new Destinations({ registry, services });
  const groups = openGroups({
    ...{ orm, registry, services, presence, trees, lanes: engine.lanes },
    retry: config.steps,
    timeZone: config.upkeep.timeZone,
    log: log.named("groups"),
  });
  closing.add(() => groups.stop());
  const clouds = openClouds({
    ...{ orm, registry, services, trees, dataFolder, version: VERSION, startedAt },
    log: log.named("clouds"),
  });
  const expiry = expiryChore({ orm, settings: config.cloud, wake: desk.wake });
  const upkeep = await openUpkeep({
    chores: [groups.chore, ...clouds.chores, ...(usesDesk ? [expiry] : [])],
    ...{ orm, presence, trees, marks, dataFolder },
    settings: config.upkeep,
    reconciliation,
    log: log.named("upkeep"),
  });
  closing.add(() => upkeep.clock.stop());
  if (usesDesk) await desk.start();
  closing.add(() => desk.stop());
  const listeners = await startListeners(registry, services, closing);
  readListeners(metrics, listeners);
  const web = await startWebPlugins(registry, services, closing);

  const dryRuns = new DryRuns({ orm, registry, services, trees, log: log.named("quality") });
  closing.add(() => dryRuns.stop());

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
    isCloud: () => registry.serves(CloudAccessToken),
    accessBook: cloud.book,
    uploads,
    upkeep,
    groups: groups.groups,
    clouds,
    deliveries: { destinations, lanes: engine.lanes, reconciliation },
    actions: engine.actions,
    locks,
    deidentification: {
      preview: new DeidentificationPreview({
        orm,
        trees,
        registry,
        services,
        targets: config.route.deidentify,
      }),
      release: (release) => engine.release(release),
    },
    forceStable: (id, actor) => stability.force(id, actor),
    heldChecks: engine.heldChecks,
    dryRuns,
    rejectStudy: (rejection) => rejectStudy(orm, route, rejection),
    listeners: () => [...listeners].map(([name, listener]) => sightOf(name, listener)),
    sessions: new Sessions(orm),
    changes$: changesOf(presence),
    gap$: presence.reconnected$,
    log: log.named("http"),
    metricsSource: metrics,
    web,
  });
  closing.add(() => http.stop());
  // first of all, so that uploads in hand can still be answered
  closing.add(() => web.stop());
  return {
    id: hubId,
    http,
    listeners: new Map([...listeners].map(([name, { address }]) => [name, address])),
    web: new Map(web.all().map(({ name, service }) => [name, service.path])),
    dataFolder,
    databaseFolder: database.embeddedFolder,
    newPassword,
    stop: () => closing.run(),
  };
}
