// Puts the hub together: database, ledger, intake, plugins, web; and takes it apart in reverse.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CloudAccessToken, type Listener, OrderDeskToken } from "@thalamus/sdk";
import { setBugReporter } from "@thalamus/sdk/host";
import { ensureAdmin } from "./access/accounts.ts";
import { openAccess } from "./access/open-access.ts";
import { settingsOfAccess } from "./access/settings/settings-of-access.ts";
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
import { ConsoleCertificate } from "./http/tls/console-certificate.ts";
import { createHttpClient } from "./http-client/http-client.ts";
import { ImageReader } from "./images/image-reader.ts";
import { StudyImages } from "./images/study-images.ts";
import { openIntake } from "./intake/open-intake.ts";
import { openLogs } from "./logs/open-logs.ts";
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
import { offeredServices } from "./plugins/offered-services.ts";
import { RunningListeners, sightOf } from "./plugins/running-listeners.ts";
import { Products } from "./products/products.ts";
import { DryRuns } from "./quality/dry-runs.ts";
import { openSiteSecret } from "./secrets/site-secret.ts";
import { problemWords, type SettingsTrouble } from "./settings/choose-settings.ts";
import { openSettings } from "./settings/open-settings.ts";
import { SETTINGS_CHANNEL } from "./settings/settings-store.ts";
import { marksOf, planOf, takeOver } from "./settings/take-over.ts";
import { StepEngine } from "./steps/step-engine.ts";
import { FailureReports } from "./studies/failure-reports.ts";
import { rejectStudy } from "./studies/reject-study.ts";
import { openSystem } from "./system/open-system.ts";
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
  const failures: StartFailure[] = [];
  for (;;) {
    const closing = new Closing();
    const tried: { version?: number } = {};
    try {
      return await start(loaded, options, closing, failures, tried);
    } catch (error) {
      await closing.run();
      // a version of the settings that does not start must not keep the hub from starting: the one before is tried
      if (tried.version === undefined) throw failures[0]?.error ?? error;
      failures.push({ version: tried.version, problem: problemWords(error), error });
    }
  }
}

type StartFailure = SettingsTrouble & { readonly error: unknown };

async function start(
  file: LoadedConfig,
  options: HubOptions,
  closing: Closing,
  troubles: readonly SettingsTrouble[],
  tried: { version?: number },
): Promise<Hub> {
  const { dataFolder } = file;
  const startedAt = new Date();
  const trees = openFileTrees(dataFolder);
  const log = options.log ?? openLog({ level: file.config.log.level, folder: join(dataFolder, "logs") });
  closing.add(async () => log.flush());
  setBugReporter(bugReporter(log));

  const database = await openDatabase(file.databaseUrl, join(dataFolder, "postgres"));
  closing.add(() => database.close());
  const { orm } = database;
  const newPassword = await ensureAdmin(orm, options.adminPassword);
  const presence = await HubPresence.open(
    database.url,
    [CHANGE_CHANNEL, WAKE_CHANNEL, UPLOAD_CHANNEL, NOTICE_CHANNEL, GROUP_CHANNEL, SETTINGS_CHANNEL],
    VERSION,
  );
  closing.add(() => presence.close());

  const secret = await openSiteSecret({
    ...{ orm, dataFolder, keyFile: file.keyFile, previousKeyFiles: file.previousKeyFiles },
    log: log.named("secrets"),
  });
  const vault = new PseudonymVault(secret);

  const { sealer } = secret;
  const settings = await openSettings({ file, orm, sealer, presence, troubles, log: log.named("settings") });
  const { live } = settings;
  const { registry, started: config } = live;
  if (live.version !== undefined) tried.version = live.version;
  closing.add(() => live.stop());
  const access = await openAccess({ orm, settings: config.access, secret, log: log.named("access") });
  closing.add(() => access.close());
  const accessGuard = settingsOfAccess(access, settings.sections, file);

  const entryNames = config.plugins.map(entryName);
  const metrics = new HubMetrics(entryNames, log.named("metrics"));
  const stopWatching = readProcess(metrics, startedAt);
  closing.add(async () => stopWatching());
  readDatabase(metrics, orm, () => database.pool());

  const space = new FreeSpace({
    folder: dataFolder,
    marks: marksOf(config.intake),
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
    plan: planOf(config.route, registry),
    retry: live.view(({ steps }) => steps),
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
      settings: live.view(({ intake }) => intake),
      productTag: () => live.config.route.productTag,
      products: () => registry.products.keys(),
      log: log.named("intake"),
    },
    closing,
  );
  const { intake, marks, stability } = taking;
  readInfo(metrics, hubId, VERSION);
  readDisk(metrics, space);

  const readers = new AccessJournal(orm, log.named("archive"));
  closing.add(() => readers.stop());
  const reader = new ImageReader();
  closing.add(() => reader.stop());
  const archive = new ReceivedArchive({ orm, trees, access: readers, images: reader });
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
    configFile: file.file,
    log: log.named("cloud"),
  });
  const services = offeredServices({
    ...{ orm, log, trees, secret, intake, metrics, sender, mllp, mailer, archive, templates, httpClient },
    ...{ cloudAccess: cloud.access, desk: desk.desk, refusals: access.refusals },
  });
  registry.requireGoodSettings(live.loaded, services);
  const notices = await openNotices({
    ...{ orm, registry, services, presence, dataFolder, log: log.named("notices") },
    settings: live.view(({ alerts }) => alerts),
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
    ...{ orm, intake, route: engine.route, hubId, space, metrics },
    settings: live.view(({ uploads }) => uploads),
    store: new UploadStore(orm),
    folder: trees.uploads,
    get products() {
      return [...registry.products.keys()].toSorted();
    },
    log: log.named("uploads"),
  });
  const locks = new UploadLocks(database.url, presence);
  closing.add(() => locks.close());
  uploads.queue.start();
  closing.add(() => uploads.queue.stop());
  const targets = live.view(({ route: { deliver, deliverFailures = deliver } }) => {
    return { diagnostic: deliver, failure: deliverFailures };
  });
  const reconciliation = new Reconciliation({ orm, targets });
  readReconciliation(metrics, reconciliation);
  const destinations = new Destinations({ registry, services });
  const groups = openGroups({
    ...{ orm, registry, services, presence, trees, lanes: engine.lanes },
    retry: live.view(({ steps }) => steps),
    timeZone: config.upkeep.timeZone,
    log: log.named("groups"),
  });
  closing.add(() => groups.stop());
  const expiry = expiryChore({ orm, settings: config.cloud, wake: desk.wake });
  const clouds = openClouds({
    ...{ orm, registry, services, trees, dataFolder, version: VERSION, startedAt },
    log: log.named("clouds"),
  });
  const own = openSystem({
    ...{ file, orm, database, presence, live, space, startedAt, log, version: VERSION },
    ...{ lanes: engine.lanes, http: httpClient },
  });
  closing.add(() => own.stop());
  const upkeep = await openUpkeep({
    chores: [groups.chore, ...clouds.chores, ...own.chores, ...(usesDesk ? [expiry] : [])],
    ...{ orm, presence, trees, marks, dataFolder },
    settings: live.view(({ upkeep }) => upkeep),
    reconciliation,
    log: log.named("upkeep"),
  });
  closing.add(() => upkeep.clock.stop());
  if (usesDesk) await desk.start();
  closing.add(() => desk.stop());
  const listeners = new RunningListeners(registry, services);
  closing.add(() => listeners.stop());
  await listeners.start();
  readListeners(metrics, listeners.all);
  const web = await startWebPlugins(registry, services, closing);

  const dryRuns = new DryRuns({ orm, presence, registry, services, trees, log: log.named("quality") });
  closing.add(() => dryRuns.stop());

  const products = new Products({ orm, registry, services, log: log.named("products") });
  closing.add(() => products.stop());
  const logs = openLogs({ folder: join(dataFolder, "logs"), orm, registry, sealer });
  closing.add(() => logs.stop());
  const images = new StudyImages({ orm, trees, reader, access: readers });
  const forConsole = { orm, sealer, http: config.http, log: log.named("http") };
  const certificate = await ConsoleCertificate.open(forConsole);
  closing.add(async () => certificate.stop());

  takeOver({
    ...{ live, registry, engine, listeners, notices, access, entryNames, log },
    space: space.account,
    clock: upkeep.clock,
  });

  const settingsDesk = settings.desk(services, [accessGuard]);
  const seenListeners = () => [...listeners.all].map(([name, listener]) => sightOf(name, listener));
  const http = await startHttp({
    ...config.http,
    metrics: live.view((now) => now.http.metrics),
    strictHttps: live.view(({ http }) => http),
    get name() {
      return live.config.name;
    },
    settings: () => settingsDesk,
    ...{ products, orm, trees, space, version: VERSION, startedAt },
    embeddedDatabase: database.embeddedFolder !== undefined,
    plugins: () => registry.reports(),
    isCloud: () => registry.serves(CloudAccessToken),
    rules: () => {
      const { intake, steps } = live.config;
      return { stableAfterSeconds: intake.stableAfterSeconds, attempts: steps.attempts };
    },
    accessBook: cloud.book,
    ...{ uploads, upkeep, clouds, logs, images, groups: groups.groups },
    deliveries: { destinations, lanes: engine.lanes, reconciliation },
    actions: engine.actions,
    locks,
    deidentification: {
      preview: new DeidentificationPreview({
        orm,
        trees,
        registry,
        services,
        get targets() {
          return live.config.route.deidentify;
        },
      }),
      release: (release) => engine.release(release),
    },
    forceStable: (id, actor) => stability.force(id, actor),
    heldChecks: engine.heldChecks,
    dryRuns,
    rejectStudy: (rejection) => rejectStudy(orm, route, rejection),
    listeners: seenListeners,
    ...own.look({ clock: upkeep.clock, certificate, listeners: seenListeners, web }),
    ...{ access, certificate, updates: own.updates },
    alerts: live.view(({ alerts }) => alerts),
    changes$: changesOf(presence),
    gap$: presence.reconnected$,
    log: log.named("http"),
    metricsSource: metrics,
    contributions: { registry, services },
    web,
  });
  closing.add(() => http.stop());
  // first of all, so that uploads in hand can still be answered
  closing.add(() => web.stop());
  await settings.started(services);
  await own.updates.started();
  return {
    id: hubId,
    http,
    get listeners() {
      return new Map([...listeners.all].map(([name, { address }]) => [name, address]));
    },
    web: new Map(web.all().map(({ name, service }) => [name, service.path])),
    dataFolder,
    databaseFolder: database.embeddedFolder,
    newPassword,
    stop: () => closing.run(),
  };
}
