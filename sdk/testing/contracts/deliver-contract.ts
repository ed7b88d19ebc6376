// Contract suite of kind "deliver": what everything that brings a result somewhere does alike.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { Needs } from "../../kinds/declaration.ts";
import type { DeliveryPlugin } from "../../kinds/deliver.ts";
import type { SettingsSchema } from "../../settings.ts";
import type { DeliverStep, InsideStep, ResultArtifact, ResultView } from "../../step.ts";
import { artifactOf, resultOf } from "../study-of-files.ts";
import { Sabotage } from "./contract-step.ts";
import type { Destination } from "./destination.ts";
import { documentContract } from "./document-contract.ts";
import type { Fixtures, OpenBench } from "./plugin-bench.ts";
import { type StepBench, stepContract } from "./step-contract.ts";

export interface DeliverBench extends StepBench {
  readonly destination: Destination;
  /** A result with all the plugin wants; without it one with a PDF report. */
  readonly result?: ResultView;
}

/** A plugin that never says that it acts is aborted after this time. */
const PATIENCE_MS = 1000;

/** Call it at the top of the plugin's test. */
export function deliverContract<S extends SettingsSchema, N extends Needs>(
  plugin: DeliveryPlugin<S, N>,
  { folder, open }: Fixtures<DeliverBench>,
): void {
  // the destination brings its services, and the suite a result
  const fixtures = {
    folder,
    open: async (scratch: string) => {
      const bench = await open(scratch);
      const services = [...(bench.services ?? []), ...bench.destination.services];
      return { ...bench, services, result: bench.result ?? (await reportResult(scratch)) };
    },
  };
  type Filled = Awaited<ReturnType<typeof fixtures.open>>;
  const stepOf = (base: InsideStep, bench: OpenBench<Filled, S, N>): DeliverStep => {
    return { ...base, result: bench.given.result };
  };
  const subject = { plugin, work: plugin.deliver, fixtures, stepOf, goodOutcomes: ["delivered"] as const };
  stepContract(subject, ({ bench, make, run }) => {
    const destination = () => bench().given.destination;
    beforeEach(() => {
      destination().answers = "well";
    });

    test("it says that it acts before anything leaves, and nothing leaves when that is refused", async () => {
      const before = (await destination().arrived()).length;
      const arrivedWhenActing: number[] = [];
      const acting = async () => {
        arrivedWhenActing.push((await destination().arrived()).length - before);
      };
      await run((await make({ acting })).step);
      expect(arrivedWhenActing).toEqual([0]);
      const after = (await destination().arrived()).length;
      expect(after).toBeGreaterThan(before);
      const refused = await make({ acting: () => Promise.reject(new Sabotage("the lease is lost")) });
      expect((await run(refused.step)).kind).not.toBe("delivered");
      expect(await destination().arrived()).toHaveLength(after);
    });

    test("a repeat of a step brings the same thing once more and gives the same receipt", async () => {
      const before = (await destination().arrived()).length;
      const { step } = await make();
      const outcomes = [await run(step), await run((await make({ id: step.id })).step)];
      const [first, second] = (await destination().arrived()).slice(before);
      // the ledger of receipts says for each delivery which report it was
      const receipt = { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) };
      expect(outcomes[0]).toMatchObject({ kind: "delivered", receipt });
      expect(outcomes[1]).toEqual(outcomes[0]);
      expect(first).toBeTruthy();
      expect(second).toBe(first);
    });

    test("a destination that is away is tried again, with a code of the plugin", async () => {
      destination().answers = "away";
      const outcome = await run((await make()).step);
      expect(outcome).toMatchObject({ kind: "retry", message: expect.stringMatching(/\S/) });
      expect("code" in outcome && outcome.code).toMatch(new RegExp(`^${plugin.name}\\.[a-z][a-z0-9-]*$`));
    });

    test("a destination that never answers does not hold a step that is aborted", async () => {
      destination().answers = "never";
      const abort = new AbortController();
      const abortIn = (ms: number) => setTimeout(() => abort.abort(new Error("the step was cancelled")), ms);
      abortIn(PATIENCE_MS).unref();
      const acting = async () => {
        abortIn(20);
      };
      const { step } = await make({ signal: abort.signal, acting });
      expect(await run(step)).toEqual({ kind: "released" });
    });

    test("the test button tells whether the destination is there, and delivers nothing", async () => {
      const before = await destination().arrived();
      const { signal } = new AbortController();
      const well = await plugin.probe(bench().scope, signal);
      expect(well).toMatchObject({ ok: true, message: expect.stringMatching(/\S.*\.$/) });
      destination().answers = "away";
      const away = await plugin.probe(bench().scope, signal);
      expect(away).toMatchObject({ ok: false, message: expect.stringMatching(/\S/) });
      expect(await destination().arrived()).toEqual(before);
    });

    if (!plugin.deliverDocument) return;
    documentContract({
      destination,
      scratch: () => bench().scratch,
      deliver: (document, signal) => plugin.deliverDocument!(document, bench().scope, signal),
    });
  });
}

async function reportResult(scratch: string): Promise<ResultView> {
  const path = join(scratch, "report.pdf");
  await writeFile(path, "%PDF-1.4\n%%EOF\n");
  const report: ResultArtifact = await artifactOf("report", "application/pdf", path);
  return resultOf([report]);
}
