// What every service on the hub's server does alike.
import { createHash } from "node:crypto";
import { ArchiveToken, IntakeToken } from "@thalamus/sdk";
import { offer, webContract } from "@thalamus/sdk/testing/contracts";
import plugin from "./plugin.ts";
import { memoryServices } from "./testing/memory-services.ts";
import { CANARIES, webObject } from "./testing/web-object.ts";

const SECRET = "correct-horse";
const secretSha256 = createHash("sha256").update(SECRET).digest("hex");
const Authorization = `Bearer ${SECRET}`;
const type = 'multipart/related; type="application/dicom"; boundary=b0';

webContract(plugin, {
  folder: import.meta.dirname,
  open: () => {
    const { intake, archive } = memoryServices();
    return {
      settings: { clients: [{ name: "TEST", secretSha256 }] },
      services: [offer(IntakeToken, intake), offer(ArchiveToken, archive)],
      request: async (url) => {
        const body = Buffer.concat([
          Buffer.from("--b0\r\n\r\n"),
          webObject(1).file,
          Buffer.from("\r\n--b0--"),
        ]);
        const headers = { Authorization, "Content-Type": type };
        const response = await fetch(`${url}/studies`, { method: "POST", headers, body });
        if (response.status !== 200) throw new Error(`the service answered ${response.status}`);
        return CANARIES;
      },
      upload: { path: "/studies", headers: { Authorization, "Content-Type": type } },
    };
  },
});
