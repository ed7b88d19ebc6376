// An edge hub and a cloud hub that speak generation 1 to each other: found out by itself, and back to the right patient.
import { afterAll, beforeAll, expect, test } from "vitest";
import { CloudApiSite } from "../support/cloud-api-site.ts";
import { EdgeSite } from "../support/edge-site.ts";
import { studyWhere } from "../support/study-watch.ts";

let cloud: CloudApiSite;
let edge: EdgeSite;
beforeAll(async () => {
  cloud = await CloudApiSite.open({ generations: [1] });
  const { secret } = await cloud.key();
  edge = await EdgeSite.start({
    cloudUrl: cloud.url,
    products: ["quick-report"],
    cloud: { clientSecret: secret, products: { "quick-report": "quick" } },
  });
}, 150_000);
afterAll(async () => {
  await edge?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

test("a study goes out, is run, and its result comes back in the formats there are", {
  timeout: 200_000,
}, async () => {
  const { id } = await edge.send(1);
  const isOver = ({ status }: { status: string }) => status !== "queued" && status !== "processing";
  const { results, steps } = await studyWhere(
    edge.api,
    id,
    (study) => isOver(study) && study.status !== "receiving" && study.status !== "deidentifying",
    150_000,
  );
  expect(steps.find(({ phase }) => phase === "process")).toMatchObject({ state: "done" });
  expect(results).toMatchObject([{ kind: "diagnostic", product: "quick-report", productVersion: "1.0.0" }]);
  const names = results[0]!.artifacts.map(({ name }) => name);
  for (const name of ["data", "summary", "xml", "features"]) expect(names).toContain(name);
  expect(results[0]!.indexes).toContainEqual({ name: "images", value: 14, unit: "" });
  expect(results[0]!.warnings).toEqual(["The cloud has no result in the format png."]);
});
