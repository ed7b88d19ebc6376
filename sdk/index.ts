// Everything a plugin may import.
export * from "./attempt-limit.ts";
export * from "./clean-text.ts";
export type * from "./console-page.ts";
export type * from "./deidentified-study.ts";
export * from "./delivery-context.ts";
export * from "./delivery-sample.ts";
export { eachStep } from "./each-step.ts";
export * from "./errors.ts";
export type * from "./form-schema.ts";
export * from "./kinds/check.ts";
export type * from "./kinds/declaration.ts";
export * from "./kinds/deliver.ts";
export * from "./kinds/intake.ts";
export * from "./kinds/process.ts";
export * from "./kinds/transform.ts";
export * from "./kinds/watch.ts";
export * from "./kinds/web.ts";
export * from "./mail-destination.ts";
export * from "./networks.ts";
export * from "./notices.ts";
export * from "./outcome.ts";
export * from "./outgoing-document.ts";
export * from "./peer-settings.ts";
export * from "./phi.ts";
export * from "./services/archive.ts";
export type * from "./services/cloud-access.ts";
export * from "./services/dicom-sender.ts";
export * from "./services/http-client.ts";
export * from "./services/intake.ts";
export type * from "./services/keep.ts";
export type * from "./services/log.ts";
export * from "./services/mailer.ts";
export * from "./services/metrics.ts";
export * from "./services/mllp.ts";
export * from "./services/order-desk.ts";
export type * from "./services/own-folder.ts";
export type * from "./services/peer-tls.ts";
export type * from "./services/refusals.ts";
export type * from "./services/site-keys.ts";
export * from "./services/templates.ts";
export * from "./settings.ts";
export type * from "./step.ts";
export * from "./tokens.ts";
export * from "./ucum.ts";

import type { CheckPlugin } from "./kinds/check.ts";
import type { DeliveryPlugin } from "./kinds/deliver.ts";
import type { IntakePlugin } from "./kinds/intake.ts";
import type { ProcessPlugin } from "./kinds/process.ts";
import type { TransformPlugin } from "./kinds/transform.ts";
import type { WatchPlugin } from "./kinds/watch.ts";
import type { WebPlugin } from "./kinds/web.ts";

/** Any plugin the host can run. */
export type Plugin =
  | IntakePlugin
  | CheckPlugin
  | TransformPlugin
  | ProcessPlugin
  | DeliveryPlugin
  | WatchPlugin
  | WebPlugin;
