// What every service on the hub's server does alike.
import { CloudAccessToken, KeepToken, MailerToken, OrderDeskToken, SiteKeysToken } from "@thalamus/sdk";
import { testSiteKeys } from "@thalamus/sdk/testing";
import { offer, webContract } from "@thalamus/sdk/testing/contracts";
import plugin from "./plugin.ts";
import { JAVASCRIPT } from "./testing/dialects.ts";
import { GenerationOneClient } from "./testing/generation-1-client.ts";
import { memoryAccess, memoryKey } from "./testing/memory-access.ts";
import { memoryDesk } from "./testing/memory-desk.ts";
import { memoryKeep, memoryMailer } from "./testing/served-cloud.ts";

const key = memoryKey("1");
const STUDY_UID = "1.2.826.0.1.3680043.10.999.8.1";
const PSEUDONYM = "CANARY-4711";

webContract(plugin, {
  folder: import.meta.dirname,
  open: () => ({
    services: [
      ...[offer(CloudAccessToken, memoryAccess([key])), offer(OrderDeskToken, memoryDesk())],
      ...[offer(KeepToken, memoryKeep()), offer(MailerToken, memoryMailer())],
      offer(SiteKeysToken, testSiteKeys()),
    ],
    request: async (url) => {
      const client = new GenerationOneClient({ url, apiKey: key.secret, dialect: JAVASCRIPT });
      await client.connect();
      const order = await client.newJob();
      await client.upload(order, [Buffer.from("an archive")]);
      const basic = Buffer.from(`${key.caller.keyId}:${key.secret}`).toString("base64");
      const reply = await fetch(`${url}/auth/token`, { headers: { Authorization: `Basic ${basic}` } });
      const { access_token: token } = (await reply.json()) as { access_token: string };
      const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
      const body = JSON.stringify({ products: ["a"], study_uid: STUDY_UID, patient_pseudonym: PSEUDONYM });
      const made = await fetch(`${url}/new-order`, { method: "POST", headers, body });
      if (made.status !== 201) throw new Error(`the service answered ${made.status}`);
      const status = await fetch(`${url}/status?study_uid=${STUDY_UID}`, { headers });
      if (status.status !== 200) throw new Error(`the service answered ${status.status}`);
      return [key.secret, token, client.connectionId, STUDY_UID, PSEUDONYM];
    },
    upload: { path: "/api/connect/", headers: { "X-Api-Key": key.secret } },
  }),
});
