// MONAI Application Packages: their entry point finds the application by itself and the folders by environment.

import { commonEnvironment } from "../hub-contract.ts";
import type { Adapter } from "./adapter.ts";

/** HOLOSCAN_* are the names of packages made by MONAI Deploy App SDK 0.6 and later, MONAI_* those before. */
export const monaiMap: Adapter = {
  speaks: false,
  launch: (folders, product) => ({
    words: product.adapter?.arguments ?? [],
    environment: {
      ...commonEnvironment(folders),
      HOLOSCAN_INPUT_PATH: folders.in,
      HOLOSCAN_OUTPUT_PATH: folders.out,
      MONAI_INPUTPATH: folders.in,
      MONAI_OUTPUTPATH: folders.out,
    },
  }),
};
