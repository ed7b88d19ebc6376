// Plants results whose deliveries all wait, so that a hub finds thousands of them when it starts.
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import { Order } from "../../core/database/entities/order.ts";
import { Artifact, Result } from "../../core/database/entities/result.ts";
import { Step } from "../../core/database/entities/step.ts";
import { Study } from "../../core/database/entities/study.ts";

const BATCH = 500;
const STAT = { n: 4, mean: 0.4, sd: 0.1, median: 0.4, p5: 0.2, p25: 0.3, p75: 0.5, p95: 0.6 };
const METRICS = { FA: STAT, MD: STAT, AD: STAT, RD: STAT };
const REGIONS = { regions: [{ id: "brain", name: "Mask", voxels: 4, volumeMl: 1000, metrics: METRICS }] };

export interface QueuedDeliveries {
  /** The hub's folder of results. */
  readonly resultsTree: string;
  /** A study with a result for each. */
  readonly results: number;
  /** Each result waits for all of them. */
  readonly targets: readonly string[];
  readonly reportBytes?: number;
}

/** Bytes of the report that every result has. */
export const plantedReport = (bytes: number): Buffer => Buffer.alloc(bytes, "%PDF-1.4\n% planted\n");

export async function queueDeliveries(orm: MikroORM, queued: QueuedDeliveries): Promise<void> {
  const { resultsTree, results, targets, reportBytes = 20_000 } = queued;
  mkdirSync(join(resultsTree, "planted"), { recursive: true });
  const file = (name: string, mediaType: string, path: string, content: Buffer) => {
    writeFileSync(join(resultsTree, path), content);
    const sha256 = createHash("sha256").update(content).digest("hex");
    return { name, mediaType, path, bytes: content.length, sha256 };
  };
  const files = [
    file("report", "application/pdf", "planted/report.pdf", plantedReport(reportBytes)),
    file("data", "application/json", "planted/report.json", Buffer.from(JSON.stringify(REGIONS))),
  ];
  for (let done = 0; done < results; done += BATCH)
    await plantBatch(orm, Math.min(BATCH, results - done), targets, files);
}

type PlantedFile = Readonly<Record<"name" | "mediaType" | "path" | "sha256", string>> & {
  readonly bytes: number;
};

async function plantBatch(
  orm: MikroORM,
  count: number,
  targets: readonly string[],
  files: readonly PlantedFile[],
): Promise<void> {
  const em = orm.em.fork();
  const now = new Date();
  for (let made = 0; made < count; made += 1) {
    const id = randomUUID();
    const study = em.create(Study, {
      id,
      studyInstanceUid: `2.25.${BigInt(`0x${id.replaceAll("-", "")}`)}`,
      status: "processed",
      stableAt: now,
      patientId: id.slice(0, 8),
      patientName: "PLANTED^ONE",
    });
    const status = "processed";
    const order = em.create(Order, { id: randomUUID(), study, revision: 1, product: "planted", status });
    const product = { productId: "planted", productVersion: "1" };
    const result = em.create(Result, { id: randomUUID(), order, kind: "diagnostic", ...product });
    for (const file of files) em.create(Artifact, { ...file, result });
    const common = { study, order, revision: 1 };
    const processed = { phase: "process", target: "planter", state: "done", settledAt: now } as const;
    em.create(Step, { id: randomUUID(), ...common, ...processed });
    for (const target of targets)
      em.create(Step, { id: randomUUID(), ...common, phase: "deliver", target, result });
  }
  await em.flush();
}
