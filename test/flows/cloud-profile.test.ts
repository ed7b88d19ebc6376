// config/profiles/cloud.yaml as it stands: a hub that starts with it takes orders.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { CloudApiSite } from "../support/cloud-api-site.ts";
import type { TestConfig } from "../support/hub-in-test.ts";

test("the profile of a cloud starts, and whoever has a key may order the bundled product", async () => {
  const file = resolve(import.meta.dirname, "../../config/profiles/cloud.yaml");
  const { plugins, route } = parse(readFileSync(file, "utf8")) as TestConfig;
  await using cloud = await CloudApiSite.open({}, { plugins: plugins!, route: route! });
  expect(cloud.hub.web.get("cloud-api")).toBe("/cloud");
  const client = await cloud.rest(await cloud.key({ products: ["dti-metrics"] }));
  expect(await client.newOrder({ products: ["dti-metrics"] })).toMatchObject({ status: "PENDING" });
});
