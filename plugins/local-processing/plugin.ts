// local-processing: runs products on site, as processes, containers or Jobs (contract hub.product/1).
import { defineProcess, eachStep, LogToken, OwnFolderToken } from "@thalamus/sdk";
import { finalize } from "rxjs";
import { rollBackImage, updateImage } from "./images/update-image.ts";
import { listProducts } from "./registry.ts";
import { LocalProcessingSettings } from "./settings.ts";
import { settingsProblems } from "./settings-problems.ts";
import { Workplace } from "./workplace.ts";

/**
 * Every order ends with a result: a diagnostic one when the product ends with exit code 0 and everything in
 * its result.json is so, else a failure result with a report that says why. What may pass by itself is tried
 * again first. Codes are in `failure.ts`; a product's own codes are its id and the code in lower case with
 * hyphens: `NO_DTI_SERIES` of dti-metrics becomes `dti-metrics.no-dti-series`.
 */
export default defineProcess({
  name: "local-processing",
  title: "Local processing",
  summary: "Runs products on site and takes their results, or says in a report why there is none.",
  settings: LocalProcessingSettings,
  needs: { log: LogToken, own: OwnFolderToken },
  formats: ["dicom", "nifti"],
  takes: "received",
  // a run changes nothing outside of its own workspace
  onInterrupted: "repeat",
  settingsProblems: ({ settings }) => settingsProblems(settings),
  width: ({ concurrentRuns }) => concurrentRuns,
  products: (settings) => listProducts(settings),
  images: {
    update: (order, scope, signal) => updateImage(order, scope, signal),
    rollBack: (product, scope) => rollBackImage(product, scope),
  },
  process: (steps$, { settings, log, own }) => {
    const place = new Workplace({ settings, log, folder: own.path });
    return steps$.pipe(
      eachStep((step) => place.process(step), { width: settings.concurrentRuns }),
      finalize(() => void place.close()),
    );
  },
});
