// The configuration of a line that sends studies out: receive, check, de-identify, send out, deliver to an archive.
import { join, resolve } from "node:path";
import { DICOM_LISTENER, type TestConfig } from "./hub-in-test.ts";

const SUPPORT = resolve(import.meta.dirname);
/** The template of kind transform is a working plugin, and comes from outside of the hub's own. */
const TRANSFORM = resolve(SUPPORT, "../../tools/plugin-templates/transform-template");

export interface OutboundOptions {
  /** Absolute; stands for the outside. */
  readonly outbox: string;
  readonly archivePort?: number;
  readonly intake?: object;
}

export const TRANSFORM_ENTRY = { path: TRANSFORM, name: "deid" };
export const courierEntry = (outbox: string) => ({ path: join(SUPPORT, "courier"), settings: { outbox } });

export function outboundLine({ outbox, archivePort, intake = {} }: OutboundOptions): TestConfig {
  const archive = { host: "127.0.0.1", port: archivePort ?? 1, calledAe: "ARCHIVE", callingAe: "THALAMUS" };
  const check = { use: "qc-dicom", settings: {} };
  return {
    intake,
    plugins: [
      DICOM_LISTENER,
      check,
      TRANSFORM_ENTRY,
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
