// The crash suite in short: what was acknowledged is there, byte for byte and once, whatever is killed or full.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seededRandom } from "../../sdk/testing/seeded-random.ts";
import { DAY, ofTheDay } from "../support/of-the-day.ts";
import { databaseRounds } from "./database-rounds.ts";
import { diskRounds } from "./disk-rounds.ts";
import { killRounds } from "./kill-rounds.ts";
import { KillablePostgres } from "./kit/killable-postgres.ts";
import { lineOf, type RoundReport } from "./kit/round-report.ts";
import type { PartOptions } from "./kit/suite-part.ts";
import { powerRounds } from "./power-rounds.ts";

/** The seed of the day finds more than one that never changes; `npm run crash -- --seed N` repeats it. */
const SEED = DAY;

/** What else than the hub is hurt. */
const HURT = ofTheDay(["database", "disk", "power"], 1);

/** Rounds wait for 20 answers before the blow and for 60 after it, or more. */
const LEAST = 80;

let postgres: KillablePostgres;

beforeAll(async () => {
  // with flushing, unlike that of the other tests
  postgres = await KillablePostgres.start();
});
afterAll(() => postgres[Symbol.asyncDispose]());

async function expectUnhurt(
  rounds: number,
  part: (options: PartOptions) => Promise<unknown>,
): Promise<boolean> {
  const reports: RoundReport[] = [];
  const told = (report: RoundReport) => reports.push(report);
  const done = await part({ rounds, random: seededRandom(SEED), postgres, told });
  if (done === false) return false;
  expect(reports.filter(({ good }) => !good).map(lineOf), `seed ${SEED}`).toEqual([]);
  expect(reports).toHaveLength(rounds);
  for (const { acknowledged } of reports) expect(acknowledged).toBeGreaterThanOrEqual(LEAST);
  return true;
}

describe("under the load of six senders nothing that was acknowledged is lost, doubled or left over", () => {
  test("when the hub is killed and started again, and when one of two is killed", async () => {
    await expectUnhurt(2, killRounds);
  }, 300_000);

  test.runIf(HURT.includes("database"))(
    "when PostgreSQL is killed and comes back",
    async () => {
      await expectUnhurt(1, databaseRounds);
    },
    300_000,
  );

  test.runIf(HURT.includes("disk"))(
    "when the disk is full for a while",
    async ({ skip }) => {
      if (!(await expectUnhurt(1, diskRounds))) skip("nothing can be mounted on this machine");
    },
    300_000,
  );

  test.runIf(HURT.includes("power"))(
    "when the power fails",
    async ({ skip }) => {
      if (!(await expectUnhurt(1, powerRounds))) skip("no disk can be cut off on this machine");
    },
    300_000,
  );
});
