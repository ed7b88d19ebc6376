// Monitoring sees how many results have no receipt.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { queueDeliveries } from "../../test/support/queued-deliveries.ts";
import { connect } from "../database/database.ts";
import { openLog } from "../observe/log.ts";
import { HubMetrics } from "../observe/metrics.ts";
import { Reconciliation } from "./reconciliation.ts";
import { readReconciliation } from "./reconciliation-metric.ts";

const TARGETS = ["pacs", "ris"];

test("A-186 results that no destination has confirmed after an hour are a gauge, one for each destination", async () => {
  const resultsTree = mkdtempSync(join(tmpdir(), "thalamus-results-"));
  const orm = await connect(await freshDatabase());
  const scraped = () => {
    const metrics = new HubMetrics([], openLog({ level: "error", terminal: false }));
    const targets = { diagnostic: TARGETS, failure: [] };
    readReconciliation(metrics, new Reconciliation({ orm, targets }));
    return metrics.text();
  };
  await queueDeliveries(orm, { resultsTree, results: 3, targets: TARGETS });
  expect(await scraped(), "none is late yet").toMatch(/^thalamus_results_without_receipt 0$/m);
  await orm.em.execute("update result set created_at = now() - interval '2 hours'");
  await orm.em.execute("update step set state = 'done' where target = 'ris' and phase = 'deliver'");
  expect(await scraped()).toMatch(/^thalamus_results_without_receipt 3$/m);
  await orm.close();
  rmSync(resultsTree, { recursive: true, force: true });
});
