// The services core offers to plugins, each behind a typed token.
import type { Archive } from "./services/archive.ts";
import type { CloudAccess } from "./services/cloud-access.ts";
import type { DicomSender } from "./services/dicom-sender.ts";
import type { Http } from "./services/http-client.ts";
import type { Intake } from "./services/intake.ts";
import type { Keep } from "./services/keep.ts";
import type { Log } from "./services/log.ts";
import type { Mailer } from "./services/mailer.ts";
import type { Metrics } from "./services/metrics.ts";
import type { Mllp } from "./services/mllp.ts";
import type { OrderDesk } from "./services/order-desk.ts";
import type { OwnFolder } from "./services/own-folder.ts";
import type { Refusals } from "./services/refusals.ts";
import type { SiteKeys } from "./services/site-keys.ts";
import type { Templates } from "./services/templates.ts";

declare const service: unique symbol;

/** Names a service and carries its type; what a plugin lists in `needs`. */
export type Token<T> = symbol & { readonly [service]?: T };

const token = <T>(name: string): Token<T> => Symbol.for(`thalamus.${name}`);

/** Structured log of this plugin; it cannot print PHI. */
export const LogToken = token<Log>("log");
/** Takes instances in: durable bytes and a committed row before it answers. */
export const IntakeToken = token<Intake>("intake");
/** Counts what monitoring wants to know. */
export const MetricsToken = token<Metrics>("metrics");
/** Sends DICOM objects to another application entity, and asks whether it is there. */
export const DicomSenderToken = token<DicomSender>("dicom-sender");
/** Sends HL7 messages over MLLP and waits for their acknowledgements. */
export const MllpToken = token<Mllp>("mllp");

/** Searches and reads what was received. */
export const ArchiveToken = token<Archive>("archive");
/** Keys that follow from the site's secret. */
export const SiteKeysToken = token<SiteKeys>("site-keys");
/** Keeps a few sealed values of this plugin, for all hubs of the site. */
export const KeepToken = token<Keep>("keep");
/** Texts that a site words itself. */
export const TemplatesToken = token<Templates>("templates");

/** Asks other systems over HTTP. */
export const HttpToken = token<Http>("http");
/** Sends mail over SMTP, and asks whether the server would take it. */
export const MailerToken = token<Mailer>("mailer");

/** Who may use the cloud API: keys of organisations, their products and quotas. */
export const CloudAccessToken = token<CloudAccess>("cloud-access");
/** Takes orders of cloud clients, their data and their questions. */
export const OrderDeskToken = token<OrderDesk>("order-desk");
/** Whom the plugin did not let in, for the audit trail. */
export const RefusalsToken = token<Refusals>("refusals");
/** What a plugin entry keeps between starts. */
export const OwnFolderToken = token<OwnFolder>("own-folder");

/** Every token a plugin may ask for, by the name used in error messages. */
export const TOKENS: Readonly<Record<string, Token<unknown>>> = {
  log: LogToken,
  intake: IntakeToken,
  metrics: MetricsToken,
  archive: ArchiveToken,
  "dicom-sender": DicomSenderToken,
  mllp: MllpToken,
  "site-keys": SiteKeysToken,
  keep: KeepToken,
  templates: TemplatesToken,
  http: HttpToken,
  mailer: MailerToken,
  "cloud-access": CloudAccessToken,
  "order-desk": OrderDeskToken,
  "own-folder": OwnFolderToken,
  refusals: RefusalsToken,
};
