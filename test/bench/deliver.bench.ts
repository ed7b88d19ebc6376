// Delivering thousands of results that wait: each protocol against a bare client, with and without a dead destination.

import { KillablePostgres } from "../crash/kit/killable-postgres.ts";
import { bareRates } from "./deliver/bare-clients.ts";
import { LIVING } from "./deliver/living-destinations.ts";
import { type DeliveryRun, measureDeliveries } from "./deliver/measure-deliveries.ts";
import type { Bench, BenchPlace, BenchReport } from "./kit/bench-definition.ts";
import { spread } from "./kit/statistics.ts";
import { textTable } from "./kit/text-table.ts";

/** The fifth is the dead one: it takes every connection and never answers. */
const DESTINATIONS = 5;
const REPORT_BYTES = 100_000;
const HEAD = ["destination", "hub/s", "with a dead one", "ratio", "bare client/s", "client"];

const bench: Bench = {
  name: "deliver",
  purpose: "delivering results that wait, to four living destinations, with and without a dead fifth",
  run,
};
export default bench;

async function run({ folder, options, progress }: BenchPlace): Promise<BenchReport> {
  await using postgres = await KillablePostgres.start();
  const results = Math.max(1, Math.floor(options.queued / DESTINATIONS));
  const { profileFolder } = options;
  const place = { folder, postgres, results, reportBytes: REPORT_BYTES, profileFolder };
  const bare = await bareRates(folder, REPORT_BYTES);
  const runs: DeliveryRun[] = [];
  for (let repetition = 0; repetition < options.runs; repetition += 1) {
    // who comes first changes, so that nobody always has the warm machine
    for (const withDead of repetition % 2 === 0 ? [false, true] : [true, false]) {
      const done = await measureDeliveries(place, withDead);
      runs.push(done);
      const total = (results * LIVING.length) / secondsOfAll(done);
      progress(
        `${repetition + 1}/${options.runs}  ${withDead ? "with" : "without"} a dead one ${total.toFixed(0)}/s`,
      );
    }
  }
  const of = (withDead: boolean) => runs.filter((one) => one.withDead === withDead);
  const rows = LIVING.map((name) => {
    const rate = (withDead: boolean) =>
      spread(of(withDead).map(({ seconds }) => results / seconds[name])).median;
    const [alone, beside] = [rate(false), rate(true)];
    const { perSecond, client } = bare[name];
    return { name, alone, beside, ratio: beside / alone, perSecond, client };
  });
  const median = (figure: (run: DeliveryRun) => number, withDead: boolean) =>
    spread(of(withDead).map(figure)).median;
  const both = (figure: (run: DeliveryRun) => number) =>
    [median(figure, false), median(figure, true)] as const;
  const cpu = both(({ cpuPer1000 }) => cpuPer1000);
  const all = both(secondsOfAll);
  const memory = both((one) => one.peakMemory / 1e6);
  const failures = runs.flatMap(({ failure }) => failure ?? []);
  const table = rows.map(({ name, alone, beside, ratio, perSecond, client }) => [
    ...[name, alone.toFixed(1), beside.toFixed(1), ratio.toFixed(2), perSecond?.toFixed(0) ?? "-", client],
  ]);
  const text =
    `${results} results of ${REPORT_BYTES / 1000} kB for each destination, ${options.runs} repetitions\n\n` +
    `${textTable(HEAD, table)}\n\n` +
    `until the four had all of theirs: ${all[0].toFixed(1)} s, ${all[1].toFixed(1)} s with a dead one, ` +
    `ratio ${(all[1] / all[0]).toFixed(2)}\n` +
    `CPU of the hub for 1,000 deliveries: ${cpu[0].toFixed(1)} s, ${cpu[1].toFixed(1)} s with a dead one\n` +
    `most memory of the hub: ${memory[0].toFixed(0)} MB, ${memory[1].toFixed(0)} MB with a dead one`;
  return { text, data: { results, runs, rows, all, cpu, memory, failures }, failures };
}

/** From the first arrival anywhere to the last one at the slowest of the four. */
const secondsOfAll = ({ seconds }: DeliveryRun): number => Math.max(...Object.values(seconds));
