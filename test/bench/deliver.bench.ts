// Delivering thousands of results that wait: each protocol against a bare client, alone and beside a destination that is no good.

import { KillablePostgres } from "../crash/kit/killable-postgres.ts";
import { bareRates } from "./deliver/bare-clients.ts";
import { BAD, LIVING } from "./deliver/living-destinations.ts";
import { type DeliveryRun, type Fifth, measureDeliveries } from "./deliver/measure-deliveries.ts";
import type { Bench, BenchPlace, BenchReport } from "./kit/bench-definition.ts";
import { rotated } from "./kit/rotated.ts";
import { spread } from "./kit/statistics.ts";
import { textTable } from "./kit/text-table.ts";

/** The fifth is the one that never answers, or refuses. */
const DESTINATIONS = 5;
const FIFTHS: readonly Fifth[] = ["none", ...BAD];
const REPORT_BYTES = 100_000;
const HEAD = [
  "destination",
  "hub/s",
  "beside silent",
  "ratio",
  "beside refusing",
  "ratio",
  "bare client/s",
  "client",
];

const bench: Bench = {
  name: "deliver",
  purpose:
    "delivering results that wait, to four living destinations, alone and beside one that never answers or refuses",
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
    for (const fifth of rotated(FIFTHS, repetition)) {
      const done = await measureDeliveries(place, fifth);
      runs.push(done);
      const total = (results * LIVING.length) / secondsOfAll(done);
      progress(`${repetition + 1}/${options.runs}  fifth ${fifth}: ${total.toFixed(0)}/s`);
    }
  }
  const median = (figure: (run: DeliveryRun) => number, fifth: Fifth) =>
    spread(runs.filter((one) => one.fifth === fifth).map(figure)).median;
  const each = (figure: (run: DeliveryRun) => number) => FIFTHS.map((fifth) => median(figure, fifth));
  const rows = LIVING.map((name) => {
    const [alone, ...beside] = each(({ seconds }) => results / seconds[name]);
    const { perSecond, client } = bare[name];
    return { name, alone: alone!, beside, ratios: beside.map((rate) => rate / alone!), perSecond, client };
  });
  const cpu = each(({ cpuPer1000 }) => cpuPer1000);
  const all = each(secondsOfAll);
  const memory = each((one) => one.peakMemory / 1e6);
  const failures = runs.flatMap(({ failure }) => failure ?? []);
  const table = rows.map(({ name, alone, beside, ratios, perSecond, client }) => [
    ...[name, alone.toFixed(1)],
    ...beside.flatMap((rate, at) => [rate.toFixed(1), ratios[at]!.toFixed(2)]),
    ...[perSecond?.toFixed(0) ?? "-", client],
  ]);
  const inWords = (figures: readonly number[], digits: number, unit: string) =>
    FIFTHS.map((fifth, at) => `${figures[at]!.toFixed(digits)} ${unit} ${WORDS[fifth]}`).join(", ");
  const ratios = all.slice(1).map((seconds) => (seconds / all[0]!).toFixed(2));
  const text =
    `${results} results of ${REPORT_BYTES / 1000} kB for each destination, ${options.runs} repetitions\n\n` +
    `${textTable(HEAD, table)}\n\n` +
    `until the four had all of theirs: ${inWords(all, 1, "s")}; ratios ${ratios.join(" and ")}\n` +
    `CPU of the hub for 1,000 deliveries: ${inWords(cpu, 1, "s")}\n` +
    `most memory of the hub: ${inWords(memory, 0, "MB")}`;
  return { text, data: { results, runs, rows, all, cpu, memory, failures }, failures };
}

const WORDS: Readonly<Record<Fifth, string>> = {
  none: "alone",
  silent: "beside one that never answers",
  refusing: "beside one that refuses",
};

/** From the first arrival anywhere to the last one at the slowest of the four. */
const secondsOfAll = ({ seconds }: DeliveryRun): number => Math.max(...Object.values(seconds));
