// The services of the hub that plugins may ask for, each under its token.

import type { MikroORM } from "@mikro-orm/postgresql";
import {
  type Archive,
  ArchiveToken,
  type CloudAccess,
  CloudAccessToken,
  type DicomSender,
  DicomSenderToken,
  type Http,
  HttpToken,
  type Intake,
  IntakeToken,
  KeepToken,
  LogToken,
  type Mailer,
  MailerToken,
  type Metrics,
  MetricsToken,
  type Mllp,
  MllpToken,
  type OrderDesk,
  OrderDeskToken,
  OwnFolderToken,
  RefusalsToken,
  SiteKeysToken,
  type Templates,
  TemplatesToken,
} from "@thalamus/sdk";
import { doorRefusals } from "../access/door-refusals.ts";
import type { RefusalJournal } from "../access/refusal-journal.ts";
import { type FileTrees, ownFolder } from "../files/file-trees.ts";
import type { HubLog } from "../observe/log.ts";
import { SealedKeep } from "../secrets/sealed-keep.ts";
import { keysForPlugins } from "../secrets/site-keys.ts";
import type { SiteSecret } from "../secrets/site-secret.ts";
import { provide, type Service } from "./plugin-scope.ts";

export interface OfferedParts {
  readonly orm: MikroORM;
  readonly log: HubLog;
  readonly trees: FileTrees;
  readonly secret: SiteSecret;
  readonly intake: Intake;
  readonly metrics: Metrics;
  readonly sender: DicomSender;
  readonly mllp: Mllp;
  readonly mailer: Mailer;
  readonly archive: Archive;
  readonly templates: Templates;
  readonly httpClient: Http;
  readonly cloudAccess: CloudAccess;
  readonly desk: OrderDesk;
  readonly refusals: RefusalJournal;
}

export function offeredServices(parts: OfferedParts): Service[] {
  const { orm, log, trees, secret } = parts;
  return [
    provide(LogToken, (plugin) => log.named(plugin)),
    provide(IntakeToken, () => parts.intake),
    provide(MetricsToken, () => parts.metrics),
    provide(DicomSenderToken, () => parts.sender),
    provide(MllpToken, () => parts.mllp),
    provide(MailerToken, () => parts.mailer),
    provide(ArchiveToken, () => parts.archive),
    provide(SiteKeysToken, () => keysForPlugins(secret.keys)),
    provide(KeepToken, (plugin) => new SealedKeep(orm, secret.sealer, plugin)),
    provide(TemplatesToken, () => parts.templates),
    provide(HttpToken, () => parts.httpClient),
    provide(CloudAccessToken, () => parts.cloudAccess),
    provide(OwnFolderToken, (entry) => ({ path: ownFolder(trees, entry) })),
    provide(RefusalsToken, (entry) => doorRefusals(parts.refusals, entry)),
    provide(OrderDeskToken, () => parts.desk),
  ];
}
