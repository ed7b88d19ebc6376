// The configuration of a whole line for tests: receive, check, process, deliver to a PACS.
import { join, resolve } from "node:path";
import { DICOM_LISTENER, type TestConfig } from "./hub-in-test.ts";
import { PACS_AE } from "./test-pacs.ts";

const SUPPORT = resolve(import.meta.dirname);

export interface LineOptions {
  readonly pacsPort: number;
  /** The check passes when this file exists. */
  readonly checkGate?: string;
  /** The product reports when this file exists. */
  readonly productGate?: string;
}

export function wholeLine({ pacsPort, checkGate, productGate }: LineOptions): TestConfig {
  const pacs = { host: "127.0.0.1", port: pacsPort, calledAe: PACS_AE, callingAe: "THALAMUS" };
  const gateCheck = { path: join(SUPPORT, "gate-check"), settings: { gate: checkGate ?? "" } };
  const params = productGate === undefined ? {} : { gate: productGate };
  return {
    plugins: [
      DICOM_LISTENER,
      ...(checkGate === undefined ? [] : [gateCheck]),
      { use: "local-processing", settings: { productFolders: [join(SUPPORT, "products")] } },
      { use: "deliver-dicom-pdf", name: "pacs-pdf", settings: pacs },
      { use: "deliver-sr", name: "pacs-sr", settings: pacs },
    ],
    route: {
      check: checkGate === undefined ? [] : ["gate-check"],
      process: [{ plugin: "local-processing", product: "quick-report", params }],
      deliver: ["pacs-pdf", "pacs-sr"],
    },
  };
}
