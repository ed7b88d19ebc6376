// Modules of mercure: folders by environment, DICOM files in one flat folder with task.json beside them.
import { readdir, rename, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commonEnvironment } from "../hub-contract.ts";
import type { Adapter } from "./adapter.ts";

const NO_RIGHTS_TO_WRITE = 0o400;

/**
 * mercure names files `{series}#{instance}.dcm` and modules tell series apart by what stands before the `#`. Of task.json
 * modules read `process.settings`, which are the order's parameters. Its routing, patient and notification entries have no
 * counterpart here and are not made.
 */
export const mercure: Adapter = {
  speaks: false,
  arrange: async (input, product, { jobId, params }) => {
    const all = join(input, "series");
    for (const series of await readdir(all)) {
      for (const name of await readdir(join(all, series))) {
        await rename(join(all, series, name), join(input, `${series}#${name}`));
      }
      await rmdir(join(all, series));
    }
    await rmdir(all);
    const process = { module_name: product.id, module_type: "process", settings: params };
    const task = { id: jobId, info: { action: "process", uid: jobId, uid_type: "study" }, process };
    await writeFile(join(input, "task.json"), `${JSON.stringify(task)}\n`, { mode: NO_RIGHTS_TO_WRITE });
  },
  launch: (folders, product) => ({
    words: product.adapter?.arguments ?? [],
    environment: {
      ...commonEnvironment(folders),
      MERCURE_IN_DIR: folders.in,
      MERCURE_OUT_DIR: folders.out,
    },
  }),
};
