// The HTTP server: headers, routes, live changes, pages, in this order.

import { createServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Heartbeat } from "@thalamus/sdk/cloud";
import compression from "compression";
import express from "express";
import type { Observable } from "rxjs";
import { type Access, recognizer } from "../access/open-access.ts";
import { addressOf } from "../access/sessions.ts";
import type { OpenClouds } from "../clouds/open-clouds.ts";
import type { HubConfig } from "../config/hub-config.ts";
import type { FileTrees } from "../files/file-trees.ts";
import type { Groups } from "../groups/groups.ts";
import type { StudyImages } from "../images/study-images.ts";
import type { Logs } from "../logs/open-logs.ts";
import type { Change } from "../observe/changes.ts";
import type { HubLog } from "../observe/log.ts";
import { fromAddress } from "../observe/request-origin.ts";
import type { ConsolePagesParts } from "../plugins/console-pages.ts";
import { PageBlockShape } from "../plugins/page-content.ts";
import type { Products } from "../products/products.ts";
import type { DryRuns } from "../quality/dry-runs.ts";
import type { HeldChecks } from "../quality/held-checks.ts";
import type { StepActions } from "../steps/step-actions.ts";
import type { SupportBundle } from "../support/support-bundle.ts";
import type { Updates } from "../updates/updates.ts";
import type { Upkeep } from "../upkeep/open-upkeep.ts";
import { type DoorParts, transferRoutes } from "../uploads/transfer-door.ts";
import type { Uploads } from "../uploads/uploads.ts";
import { Api } from "./api.ts";
import { answerErrors, notFound } from "./api-error.ts";
import { bodyDeadline } from "./body-deadline.ts";
import { liveRoute } from "./live.ts";
import { type MetricsSource, metricsRoute } from "./metrics-route.ts";
import { accountRoutes } from "./routes/account-routes.ts";
import { actionRoutes } from "./routes/action-routes.ts";
import { AgentInfo, agentRoutes } from "./routes/agent-routes.ts";
import { AuditEntry, auditRoutes } from "./routes/audit-routes.ts";
import { bulkRoutes } from "./routes/bulk-routes.ts";
import { certificateRoutes } from "./routes/certificate-routes.ts";
import { cloudKeyRoutes } from "./routes/cloud-key-routes.ts";
import { CloudView, cloudRoutes, ExternalOrderView, HeartbeatView } from "./routes/cloud-routes.ts";
import { CopyRow, copyRoutes } from "./routes/copy-routes.ts";
import {
  type DeidentificationParts,
  deidentificationRoutes,
  ElementPreviewRow,
} from "./routes/deidentification-routes.ts";
import { type DeliveryParts, deliveryRoutes } from "./routes/delivery-routes.ts";
import { dryRunRoutes } from "./routes/dry-run-routes.ts";
import { entitlementRoutes } from "./routes/entitlement-routes.ts";
import { groupRoutes } from "./routes/group-routes.ts";
import { GroupInfo, GroupReportInfo } from "./routes/group-shapes.ts";
import { imageRoutes } from "./routes/image-routes.ts";
import { keyRoutes } from "./routes/key-routes.ts";
import { logRoutes } from "./routes/log-routes.ts";
import { LogLineView, LogSight } from "./routes/log-shapes.ts";
import { logStreamRoute } from "./routes/log-stream-route.ts";
import { noticeRoutes } from "./routes/notice-routes.ts";
import { openSessionRoutes } from "./routes/open-session-routes.ts";
import { type AccessParts, organisationRoutes } from "./routes/organisation-routes.ts";
import { CloudKeyInfo, MemberInfo, OrganisationInfo } from "./routes/organisation-shapes.ts";
import { ownRoutes } from "./routes/own-routes.ts";
import { PluginPageInfo, pluginPageRoutes } from "./routes/plugin-page-routes.ts";
import { ProductInfo, productRoutes } from "./routes/product-routes.ts";
import { qualityRoutes } from "./routes/quality-routes.ts";
import { DryRunInfo, QcReportInfo } from "./routes/quality-shapes.ts";
import { resultBulkRoutes } from "./routes/result-bulk-routes.ts";
import { resultRoutes } from "./routes/result-routes.ts";
import { roleRoutes } from "./routes/role-routes.ts";
import { sessionRoutes } from "./routes/session-routes.ts";
import { settingsEntryRoutes } from "./routes/settings-entry-routes.ts";
import { SETTINGS_SHAPES, type SettingsRouteParts, settingsRoutes } from "./routes/settings-routes.ts";
import { ssoRoutes } from "./routes/sso-routes.ts";
import { ssoTrialRoutes } from "./routes/sso-trial-routes.ts";
import { studyListRoutes } from "./routes/study-list-routes.ts";
import { type StudyActions, studyRoutes } from "./routes/study-routes.ts";
import { supportRoutes } from "./routes/support-routes.ts";
import { type SystemPageParts, systemPageRoutes } from "./routes/system-page-routes.ts";
import { type SystemParts, systemRoutes } from "./routes/system-routes.ts";
import { HistoryInfo, QueueInfo, SystemInfo } from "./routes/system-shapes.ts";
import { updateRoutes, updateUploadRoute } from "./routes/update-routes.ts";
import { UpdateInfo } from "./routes/update-shapes.ts";
import { upkeepRoutes } from "./routes/upkeep-routes.ts";
import { uploadRoutes } from "./routes/upload-routes.ts";
import { sameOrigin } from "./same-origin.ts";
import {
  ApiProblem,
  ArtifactRow,
  BypassInfo,
  CheckLineRow,
  OrderRow,
  PhiField,
  ResultInfo,
  ResultRow,
  RuleSetInfo,
  SessionView,
  StepRow,
  StudyInfo,
  StudyRow,
  TimelineEntry,
  UploadRow,
} from "./schemas.ts";
import { routesOf } from "./server-routes.ts";
import type { ConsoleCertificate } from "./tls/console-certificate.ts";
import type { WebMounts } from "./web-mounts.ts";
import { consolePages, documentationPages, securityHeaders } from "./web-pages.ts";

export interface HttpParts extends SystemParts, SystemPageParts {
  readonly support: SupportBundle;
  readonly updates: Updates;
  readonly host: string;
  readonly port: number;
  readonly certificate: ConsoleCertificate;
  readonly trustedProxies: readonly string[];
  readonly strictHttps: Pick<HubConfig["http"], "hstsDays">;
  readonly access: Access;
  readonly trees: FileTrees;
  readonly forceStable: StudyActions["forceStable"];
  readonly rejectStudy: StudyActions["rejectStudy"];
  readonly deidentification: DeidentificationParts;
  readonly heldChecks: HeldChecks;
  readonly dryRuns: DryRuns;
  readonly products: Products;
  readonly uploads: Uploads;
  readonly upkeep: Upkeep;
  readonly images: StudyImages;
  readonly groups: Groups;
  readonly accessBook: AccessParts["accessBook"];
  readonly deliveries: DeliveryParts;
  readonly clouds: OpenClouds;
  readonly logs: Logs;
  readonly actions: StepActions;
  readonly locks: DoorParts["locks"];
  readonly changes$: Observable<Change>;
  readonly gap$: Observable<void>;
  readonly log: HubLog;
  readonly metrics: HubConfig["http"]["metrics"];
  readonly metricsSource: MetricsSource;
  readonly web: WebMounts;
  readonly contributions: ConsolePagesParts;
  readonly settings: SettingsRouteParts["settings"];
}

export interface HttpServer {
  readonly protocol: "http" | "https";
  readonly port: number;
  readonly api: Api;
  readonly document: () => object;
  /** `get /api/session`: what the server answers, read off the server itself; mounts of plugins are not among them. */
  routes(): string[];
  stop(): Promise<void>;
}

const LARGEST_BODY = "1mb";
/** For the head of a request, and for a body that is no upload to a plugin. */
const LONGEST_HEAD_MS = 60_000;
const LONGEST_BODY_MS = 60_000;

/** Shapes with a name in the API's document. */
const SHAPES = {
  ...{ ApiProblem, SessionView, PhiField, StudyRow, StudyInfo, StepRow, CheckLineRow },
  ...{ OrderRow, ResultRow, ResultInfo, ArtifactRow, TimelineEntry, UploadRow, ElementPreviewRow },
  ...{ CopyRow, RuleSetInfo, BypassInfo, QcReportInfo, DryRunInfo },
  ...{ GroupInfo, GroupReportInfo, ProductInfo },
  ...{ OrganisationInfo, MemberInfo, CloudKeyInfo, AgentInfo, Heartbeat },
  ...{ CloudView, HeartbeatView, ExternalOrderView },
  ...{ LogLineView, LogSight, AuditEntry },
  ...{ SystemInfo, QueueInfo, HistoryInfo, UpdateInfo },
  ...{ PluginPageInfo, PageBlock: PageBlockShape },
  ...SETTINGS_SHAPES,
};

/** What the routes need of the hub. */
export type RouteParts = SystemParts &
  Pick<
    HttpParts,
    | "access"
    | "certificate"
    | "trees"
    | "forceStable"
    | "rejectStudy"
    | "products"
    | "uploads"
    | "heldChecks"
    | "dryRuns"
    | "upkeep"
    | "images"
    | "groups"
    | "accessBook"
    | "deidentification"
    | "deliveries"
    | "clouds"
    | "logs"
    | "system"
    | "alerts"
    | "support"
    | "updates"
    | "actions"
    | "settings"
    | "contributions"
  >;

/** Declares every route of the API; the parts are touched only when a route is called. */
export function declareRoutes(api: Api, parts: RouteParts): void {
  for (const [name, schema] of Object.entries(SHAPES)) api.name(name, schema);
  systemRoutes(api, parts);
  systemPageRoutes(api, parts);
  supportRoutes(api, parts);
  updateRoutes(api, parts);
  sessionRoutes(api, () => parts.access, {
    follow: (name, password) => parts.clouds.following.follow(name, password),
    siteName: () => parts.name,
  });
  cloudRoutes(api, () => parts.clouds);
  ownRoutes(api, () => parts.access);
  accountRoutes(api, () => parts.access);
  roleRoutes(api, () => parts.access);
  keyRoutes(api, () => parts.access);
  openSessionRoutes(api, () => parts.access);
  certificateRoutes(api, () => parts.certificate);
  const revealRule = () => parts.access.settings;
  studyListRoutes(api, parts.orm, revealRule);
  ssoTrialRoutes(api, () => parts.access);
  studyRoutes(api, parts.orm, {
    forceStable: (id, actor) => parts.forceStable(id, actor),
    rejectStudy: (rejection) => parts.rejectStudy(rejection),
    revealRule,
  });
  imageRoutes(api, () => parts.images, revealRule);
  noticeRoutes(api, parts.orm);
  logRoutes(api, parts);
  logStreamRoute(api, parts);
  auditRoutes(api, parts);
  resultRoutes(api, parts.orm, parts.trees);
  resultBulkRoutes(api, parts);
  deidentificationRoutes(api, () => parts.deidentification, revealRule);
  copyRoutes(api, parts.orm, parts.trees);
  productRoutes(api, parts);
  uploadRoutes(api, parts);
  upkeepRoutes(api, parts);
  groupRoutes(api, parts);
  deliveryRoutes(api, parts);
  actionRoutes(api, parts);
  bulkRoutes(api, parts);
  qualityRoutes(api, parts.orm, () => parts.heldChecks);
  dryRunRoutes(api, () => parts.dryRuns);
  organisationRoutes(api, parts);
  cloudKeyRoutes(api, parts);
  entitlementRoutes(api, parts);
  agentRoutes(api, parts);
  // asked for when a route is called: the settings open last
  const settings = { settings: () => parts.settings() };
  settingsRoutes(api, settings);
  settingsEntryRoutes(api, settings);
  pluginPageRoutes(api, () => parts.contributions);
}

export function documentOf(api: Api, version: string): object {
  const description = "Receives imaging studies, checks them, has them processed and delivers the reports.";
  return api.document({ title: "Thalamus API", version, description });
}

export async function startHttp(parts: HttpParts): Promise<HttpServer> {
  const app = express();
  app.set("trust proxy", [...parts.trustedProxies]);
  const recognize = recognizer(parts.access);
  const api = new Api(app, recognize, ({ visitor, request, method, path, code }) => {
    const detail = { method, path, code };
    const address = addressOf(request);
    return parts.access.refusals.tell({ event: "access.refused", actor: visitor.name, address, detail });
  });
  securityHeaders(app, () => (parts.certificate.isSteady ? parts.strictHttps.hstsDays : 0));
  app.use("/api", sameOrigin);
  app.use("/api", (_request, response, next) => {
    response.setHeader("Cache-Control", "no-store");
    next();
  });
  // for plugins, whose requests do not pass the API
  app.use((request, _response, next) => fromAddress(addressOf(request), next));
  metricsRoute(api, parts.metrics, parts.metricsSource);
  // before anything reads a body: plugins and uploads take theirs as it comes
  app.use(parts.web.handler());
  transferRoutes(api, parts);
  updateUploadRoute(api, () => parts);
  ssoRoutes(api, parts);
  app.use(bodyDeadline(LONGEST_BODY_MS));
  app.use(express.json({ limit: LARGEST_BODY }));
  declareRoutes(api, parts);
  const closeLive = liveRoute(api, { ...parts, recognize });
  app.use("/api", () => {
    throw notFound("address in this API");
  });
  const document = () => documentOf(api, parts.version);
  // pages only: answers of the API are small, and a live stream must not be held back
  app.use(compression());
  documentationPages(app, api, document);
  consolePages(app, api);
  app.use(answerErrors(parts.log));
  // a large upload may take longer than the five minutes Node gives a whole request; whoever takes one has a time limit
  const limits = { requestTimeout: 0, headersTimeout: LONGEST_HEAD_MS };
  const { options } = parts.certificate;
  const secure = options && createSecureServer({ ...options, ...limits }, app);
  const server = secure ?? createServer(limits, app);
  parts.certificate.watch((next) => {
    secure?.setSecureContext(next);
    // a connection that is open goes on with the certificate of before
    secure?.closeIdleConnections();
  });
  await listen(server, parts.host, parts.port);
  return {
    port: (server.address() as AddressInfo).port,
    protocol: secure ? "https" : "http",
    api,
    document,
    routes: () => routesOf(app),
    stop: async () => {
      closeLive();
      parts.logs.streams.endAll();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // downloads get a moment to end
        setTimeout(() => server.closeAllConnections(), 2000).unref();
      });
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(
        taken ? new Error(`port ${port} of ${host} is taken; set http.port or THALAMUS_HTTP_PORT`) : error,
      );
    });
    server.listen(port, host);
  });
}
