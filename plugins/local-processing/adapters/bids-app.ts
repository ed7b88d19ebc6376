// BIDS Apps: a dataset of one participant is made of a NIfTI study, and the app gets it as its first argument.
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ownFailure } from "../failure.ts";
import { commonEnvironment } from "../hub-contract.ts";
import type { Adapter } from "./adapter.ts";

/** The BIDS version whose rules for names are kept. */
const BIDS_VERSION = "1.8.0";
const LABEL = "01";

/**
 * Only diffusion series with their gradient tables are mapped, to `sub-01/dwi/sub-01_[run-N_]dwi.*`. A DICOM study is
 * refused: making NIfTI of it would be more than mapping. So is a NIfTI image without a table, because nothing says what
 * it is in the words of BIDS (T1w, bold, …).
 */
export const bidsApp: Adapter = {
  speaks: false,
  arrange: async (input) => {
    const all = join(input, "series");
    const folder = join(input, `sub-${LABEL}`, "dwi");
    await mkdir(folder, { recursive: true });
    const series = await readdir(all);
    for (const [index, name] of series.entries()) {
      const files = await readdir(join(all, name));
      if (![".nii", ".bval", ".bvec"].every((ending) => files.some((file) => file.includes(ending)))) {
        const message =
          "A BIDS App takes NIfTI images with their b-values and gradient directions, and nothing else.";
        throw ownFailure("local-processing.no-input", message);
      }
      const run = series.length > 1 ? `run-${index + 1}_` : "";
      for (const file of files) {
        const ending = file.slice(file.indexOf("."));
        await rename(join(all, name, file), join(folder, `sub-${LABEL}_${run}dwi${ending}`));
      }
    }
    await rm(all, { recursive: true });
    const about = { Name: "One study", BIDSVersion: BIDS_VERSION, DatasetType: "raw" };
    await writeFile(join(input, "dataset_description.json"), `${JSON.stringify(about)}\n`);
    // a validator in the app would not know it
    await writeFile(join(input, ".bidsignore"), "job.json\n");
  },
  launch: (folders, product) => ({
    words: [
      ...[folders.in, folders.out, "participant", "--participant_label", LABEL],
      ...(product.adapter?.arguments ?? []),
    ],
    environment: commonEnvironment(folders),
  }),
};
