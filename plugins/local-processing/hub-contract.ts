// The hub's own contract, hub.product/1: nothing to adapt.

import type { Adapter } from "./adapters/adapter.ts";
import { CONTRACT } from "./product-description.ts";
import type { RunFolders } from "./runners/runner.ts";

/** What every product gets, whatever contract it was made for. */
export const commonEnvironment = ({ in: input, out, work }: RunFolders) => ({
  HOME: work,
  TMPDIR: work,
  LANG: "C.UTF-8",
  PRODUCT_CONTRACT: CONTRACT,
  PRODUCT_IN: input,
  PRODUCT_OUT: out,
  PRODUCT_WORK: work,
});

export const hubProduct: Adapter = {
  speaks: true,
  launch: (folders) => ({
    words: ["run", "--in", folders.in, "--out", folders.out, "--work", folders.work],
    environment: commonEnvironment(folders),
  }),
};
