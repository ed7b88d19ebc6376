// cloud-api: takes orders over the cloud API of both generations, from clients of organisations that have a key.
import {
  CloudAccessToken,
  defineWeb,
  KeepToken,
  LogToken,
  MailerToken,
  MetricsToken,
  OrderDeskToken,
  RefusalsToken,
  SiteKeysToken,
} from "@thalamus/sdk";
import { CloudApiMetrics } from "./metrics.ts";
import { openService } from "./open-service.ts";
import { CloudApiSettings } from "./settings.ts";

export default defineWeb({
  name: "cloud-api",
  title: "Cloud API",
  summary:
    "Takes orders, their data and questions for results over the cloud API, in both of its generations.",
  settings: CloudApiSettings,
  needs: {
    access: CloudAccessToken,
    desk: OrderDeskToken,
    keep: KeepToken,
    keys: SiteKeysToken,
    mailer: MailerToken,
    refusals: RefusalsToken,
    log: LogToken,
    metrics: MetricsToken,
  },
  metrics: Object.values(CloudApiMetrics),
  start: openService,
});
