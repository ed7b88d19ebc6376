// The configuration of a line that sends studies out: receive, check, de-identify, send out, deliver to an archive.
import { join, resolve } from "node:path";
import { DICOM_LISTENER, type TestConfig } from "./hub-in-test.ts";

const SUPPORT = resolve(import.meta.dirname);
/** For what every transform does: the template of kind transform is a working plugin, and comes from outside of the hub's own. */
const TRANSFORM = resolve(SUPPORT, "../../tools/plugin-templates/transform-template");

/** The plugin of the hub itself. */
export const SAFE_HARBOR_ENTRY = { use: "deid-safeharbor", name: "deid", settings: {} };

export interface OutboundOptions {
  /** Absolute; stands for the outside. */
  readonly outbox: string;
  readonly archivePort?: number;
  readonly intake?: object;
  /** The plugin entry that makes copies, by the name `deid`; the one from outside unless said otherwise. */
  readonly transform?: object;
}

export const TRANSFORM_ENTRY = { path: TRANSFORM, name: "deid" };
export const courierEntry = (outbox: string) => ({ path: join(SUPPORT, "courier"), settings: { outbox } });

export function outboundLine(options: OutboundOptions): TestConfig {
  const { outbox, archivePort, intake = {}, transform = TRANSFORM_ENTRY } = options;
  const archive = { host: "127.0.0.1", port: archivePort ?? 1, calledAe: "ARCHIVE", callingAe: "THALAMUS" };
  const check = { use: "qc-dicom", settings: {} };
  return {
    intake,
    plugins: [
      DICOM_LISTENER,
      check,
      transform,
      courierEntry(outbox),
      ...(archivePort === undefined
        ? []
        : [{ use: "deliver-dicom-pdf", name: "archive", settings: archive }]),
    ],
    route: {
      check: ["qc-dicom"],
      deidentify: ["deid"],
      process: [{ plugin: "courier", product: "far-away" }],
      deliver: archivePort === undefined ? [] : ["archive"],
    },
  };
}
