// What every service on the hub's server does alike.
import { createHash } from "node:crypto";
import { type Archive, ArchiveToken, type FoundStudy, Phi, type StudyIdentity } from "@thalamus/sdk";
import { offer, webContract } from "@thalamus/sdk/testing/contracts";
import plugin from "./plugin.ts";

const CANARY = "CANARY-4711";
const TOKEN = "correct-horse";
const identity = new Phi({ accessionNumber: CANARY } as StudyIdentity);
const study: FoundStudy = { id: "study", identity, modalities: [], seriesCount: 1, instanceCount: 3 };

const nothing = async () => ({ page: [], beyond: 0 });
const archive: Archive = {
  studies: async () => ({ page: [study], beyond: 0 }),
  series: nothing,
  instances: nothing,
  retrieve: async () => [],
};

webContract(plugin, {
  folder: import.meta.dirname,
  open: () => ({
    settings: { tokenSha256: createHash("sha256").update(TOKEN).digest("hex") },
    services: [offer(ArchiveToken, archive)],
    request: async (url) => {
      const headers = { Authorization: `Bearer ${TOKEN}` };
      const response = await fetch(`${url}/arrived?accession=${CANARY}`, { headers });
      if (response.status !== 200) throw new Error(`the service answered ${response.status}`);
      return [CANARY];
    },
  }),
});
