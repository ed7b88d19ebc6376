// What every delivery does alike.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { artifactOf, resultOf } from "@thalamus/sdk/testing";
import { archiveDestination, deliverContract } from "@thalamus/sdk/testing/contracts";
import plugin from "./plugin.ts";

const metrics = { FA: { n: 100, mean: 0.43, sd: 0.1, median: 0.44, p5: 0.1 } };
const regions = [{ id: "brain", name: "Brain", voxels: 52_184, volumeMl: 1150.7, metrics }];

deliverContract(plugin, {
  folder: import.meta.dirname,
  open: async (scratch) => {
    const path = join(scratch, "report.json");
    await writeFile(path, JSON.stringify({ regions }));
    return {
      settings: { host: "pacs.example", calledAe: "PACS" },
      destination: archiveDestination(),
      result: resultOf([await artifactOf("data", "application/json", path)]),
    };
  },
});
