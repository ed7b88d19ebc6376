// The support bundle as a download.
import { pipeline } from "node:stream/promises";
import { contentDisposition } from "@thalamus/sdk/web";
import type { SupportBundle } from "../../support/support-bundle.ts";
import type { Api } from "../api.ts";

export function supportRoutes(api: Api, parts: { readonly support: SupportBundle }): void {
  api.route(
    {
      method: "get",
      path: "/api/support-bundle",
      operationId: "getSupportBundle",
      summary:
        "A ZIP for whoever helps: version, configuration without secrets, health, errors, counts, scrubbed logs",
      tag: "Health",
      permission: "system.support",
      responses: { 200: null },
    },
    async ({ visitor, response }) => {
      const bundle = await parts.support.make(visitor!.name);
      const day = new Date().toISOString().slice(0, 10);
      response.setHeader("Content-Disposition", contentDisposition(`thalamus-support-${day}.zip`));
      response.type("application/zip");
      await pipeline(bundle, response);
      return { status: 200, body: undefined };
    },
  );
}
