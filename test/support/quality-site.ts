// A hub with both quality controls and a quick product, and studies that its checks hold.
import { expect } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "./api-client.ts";
import { DICOM_LISTENER, hubInProcess, newSite, type TestSite } from "./hub-in-test.ts";
import { smallFile } from "./small-dicom.ts";
import { studyWhere } from "./study-watch.ts";
import { uploaded } from "./upload-client.ts";

export interface QualitySite {
  readonly site: TestSite;
  readonly hub: Hub;
  readonly api: ApiClient;
  close(): Promise<void>;
}

/** @param checks settings of qc-dicom */
export async function qualitySite(checks: object = {}): Promise<QualitySite> {
  const productFolders = [new URL("products", import.meta.url).pathname];
  const site = await newSite({
    intake: { stableAfterSeconds: 0.2 },
    plugins: [
      DICOM_LISTENER,
      { use: "qc-dicom", settings: checks },
      { use: "qc-nifti" },
      { use: "local-processing", settings: { productFolders } },
    ],
    route: {
      check: ["qc-dicom", "qc-nifti"],
      process: [{ plugin: "local-processing", product: "quick-report" }],
    },
  });
  const hub = await hubInProcess(site);
  const close = async () => {
    await hub.stop();
    site.remove();
  };
  return { site, hub, api: await ApiClient.signedIn(hub.http.port), close };
}

/** One image is too short a series, so it waits. */
export async function heldStudy(api: ApiClient, name: string, values: object = {}) {
  const upload = await uploaded(api, smallFile(name, 1, values));
  const [id = ""] = upload.studyIds;
  const info = await studyWhere(api, id, ({ status }) => status === "held");
  const step = info.steps.find(({ state }) => state === "held");
  expect(step).toBeDefined();
  return { id, step: step! };
}
