// Receiving one multi-frame object of 500 MB: how fast, and how much memory and patience it takes.
import { join } from "node:path";
import type { Bench, BenchPlace, BenchReport } from "./kit/bench-definition.ts";
import { rotated } from "./kit/rotated.ts";
import { spread } from "./kit/statistics.ts";
import { textTable } from "./kit/text-table.ts";
import { writeLargeObject } from "./load/large-object.ts";
import { LoadClient } from "./load/load-client.ts";
import { presentKinds } from "./receive/measure-receivers.ts";
import { type Sample, SeriesRunner } from "./receive/receive-series.ts";

const bench: Bench = {
  name: "large",
  purpose: "C-STORE of one large multi-frame object",
  run,
};
export default bench;

const HEAD = [
  "server",
  "MB/s",
  "(min-max)",
  "x sink-flush",
  "CPU s",
  "grown MB",
  "loop p99 ms",
  "on disk at success",
];

async function run(place: BenchPlace): Promise<BenchReport> {
  const { options } = place;
  const { present: kinds, skipped } = presentKinds(place);
  const corpus = join(place.folder, "corpus");
  const megabytes = writeLargeObject(corpus, options.megabytes) / 1e6;
  await using client = await LoadClient.start(corpus);
  const one = { ...place, options: { ...options, objects: 1 } };
  const runner = new SeriesRunner(one, client, { associations: [1], churn: false });
  const samples: Sample[] = [];
  const failures: string[] = [];
  for (let repetition = 0; repetition < options.runs; repetition += 1) {
    for (const kind of rotated(kinds, repetition)) {
      const series = await runner.run(kind, repetition);
      samples.push(...series.samples);
      failures.push(...series.failures);
    }
  }
  const rateOf = (sample: Sample) => sample.objectsPerSecond * megabytes;
  const results = kinds.flatMap(({ name, durability }) => {
    const own = samples.filter(({ server }) => server === name);
    if (own.length === 0) return [];
    const ratios = own.flatMap((sample) => {
      const limit = samples.find(
        ({ server, repetition }) => server === "sink-flush" && repetition === sample.repetition,
      );
      return limit ? [rateOf(sample) / rateOf(limit)] : [];
    });
    return [
      {
        server: name,
        durability,
        megabytesPerSecond: spread(own.map(rateOf)),
        ofFlushingSink: ratios.length > 0 ? spread(ratios) : undefined,
        cpuSeconds: spread(own.map(({ cpuPer1000 }) => cpuPer1000 / 1000)),
        rssGrowthMb: spread(own.map(({ rssGrowthMb }) => rssGrowthMb)),
        loopP99Ms: spread(own.map(({ loopP99Ms }) => loopP99Ms)),
      },
    ];
  });
  const rows = results.map((result) => {
    const { median, min, max } = result.megabytesPerSecond;
    return [
      result.server,
      median.toFixed(0),
      `(${min.toFixed(0)}-${max.toFixed(0)})`,
      result.ofFlushingSink?.median.toFixed(2) ?? "-",
      result.cpuSeconds.median.toFixed(2),
      result.rssGrowthMb.median.toFixed(0),
      Number.isNaN(result.loopP99Ms.median) ? "-" : result.loopP99Ms.median.toFixed(1),
      result.durability,
    ];
  });
  const title = `one object of ${megabytes.toFixed(0)} MB, ${options.runs} repetitions`;
  const notes = skipped.map(({ server, why }) => `SKIPPED ${server}: ${why}\n`).join("");
  return {
    text: `${title}\n${notes}\n${textTable(HEAD, rows)}`,
    data: { megabytes, runs: options.runs, skipped, results, failures },
    failures,
  };
}
