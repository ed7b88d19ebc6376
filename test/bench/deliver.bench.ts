// Delivering thousands of results that wait: each protocol against a bare client, with and without a dead destination.

import { KillablePostgres } from "../crash/kit/killable-postgres.ts";
import { bareRates } from "./deliver/bare-clients.ts";
import { LIVING } from "./deliver/living-destinations.ts";
import { type DeliveryRun, measureDeliveries } from "./deliver/measure-deliveries.ts";
import type { Bench, BenchPlace, BenchReport } from "./kit/bench-definition.ts";
import { spread } from "./kit/statistics.ts";
import { textTable } from "./kit/text-table.ts";

/** With the dead one there are five destinations: `--objects 10000` queues 10,000 deliveries. */
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
  const results = Math.max(1, Math.floor(options.objects / DESTINATIONS));
  const { profileFolder } = options;
  const place = { folder, postgres, results, reportBytes: REPORT_BYTES, profileFolder };
  const bare = await bareRates(folder, REPORT_BYTES);
  const runs: DeliveryRun[] = [];
  for (let repetition = 0; repetition < options.runs; repetition += 1) {
    // who comes first changes, so that nobody always has the warm machine
    for (const withDead of repetition % 2 === 0 ? [false, true] : [true, false]) {
      const done = await measureDeliveries(place, withDead);
      runs.push(done);
      const slowest = Math.max(...Object.values(done.seconds));
      const total = (results * LIVING.length) / slowest;
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
  const cpu = (withDead: boolean) => spread(of(withDead).map(({ cpuPer1000 }) => cpuPer1000)).median;
  const failures = runs.flatMap(({ failure }) => failure ?? []);
  const table = rows.map(({ name, alone, beside, ratio, perSecond, client }) => [
    ...[name, alone.toFixed(1), beside.toFixed(1), ratio.toFixed(2), perSecond?.toFixed(0) ?? "-", client],
  ]);
  const text =
    `${results} results of ${REPORT_BYTES / 1000} kB for each destination, ${options.runs} repetitions\n\n` +
    `${textTable(HEAD, table)}\n\n` +
    `CPU of the hub for 1,000 deliveries: ${cpu(false).toFixed(1)} s, ${cpu(true).toFixed(1)} s with a dead one`;
  return { text, data: { results, runs, rows, cpu: [cpu(false), cpu(true)], failures }, failures };
}
