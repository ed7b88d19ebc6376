// Receiving: MR images over 1, 4 and 16 associations into this hub, dcmtk, Orthanc and a bare sink.
import { join } from "node:path";
import type { Bench, BenchPlace, BenchReport } from "./kit/bench-definition.ts";
import { LoadClient } from "./load/load-client.ts";
import { writeMrCorpus } from "./load/mr-corpus.ts";
import { type Sample, SeriesRunner } from "./receive/receive-series.ts";
import { ratiosOfHubs, summarize } from "./receive/receive-summary.ts";
import { receiveText } from "./receive/receive-text.ts";
import { orthanc } from "./servers/orthanc.ts";
import type { ReceiverKind } from "./servers/receiver.ts";
import { flushSink, plainSink } from "./servers/store-sink.ts";
import { storescp } from "./servers/storescp.ts";
import { thalamusHubs } from "./servers/thalamus-hub.ts";

const KINDS: readonly ReceiverKind[] = [...thalamusHubs, flushSink, plainSink, storescp, orthanc];

const bench: Bench = {
  name: "receive",
  purpose: "C-STORE of MR images, durable before success, against peers and the bare disk",
  run,
};
export default bench;

async function run(place: BenchPlace): Promise<BenchReport> {
  const { options, progress } = place;
  const kinds = chosen(options.servers);
  const skipped = kinds.flatMap(({ name, missing }) => {
    const why = missing();
    return why === undefined ? [] : [{ server: name, why }];
  });
  for (const { server, why } of skipped) progress(`SKIPPED ${server}: ${why}`);
  const present = kinds.filter(({ name }) => !skipped.some(({ server }) => server === name));
  const corpus = join(place.folder, "corpus");
  const largestObject = writeMrCorpus(corpus, options.objects);
  await using client = await LoadClient.start(corpus);
  const runner = new SeriesRunner(place, client);
  const samples: Sample[] = [];
  const failures: string[] = [];
  for (let repetition = 0; repetition < options.runs; repetition += 1) {
    for (const kind of rotated(present, repetition)) {
      const series = await runner.run(kind, repetition);
      samples.push(...series.samples);
      failures.push(...series.failures);
    }
  }
  const results = summarize(samples);
  const ratios = ratiosOfHubs(samples);
  const { runs, objects } = options;
  const lines = skipped.map(({ server, why }) => `SKIPPED ${server}: ${why}\n`);
  const title = `${objects} MR objects of up to ${(largestObject / 1000).toFixed(0)} KB, ${runs} repetitions`;
  return {
    text: `${title}\n${lines.join("")}\n${receiveText(results, ratios, kinds)}`,
    data: { objects, largestObject, runs, skipped, results, ratios, failures },
    failures,
  };
}

/** @throws Error when a name is none of a server */
function chosen(names: readonly string[]): readonly ReceiverKind[] {
  const unknown = names.filter((name) => !KINDS.some((kind) => kind.name === name));
  if (unknown.length > 0) {
    const known = KINDS.map(({ name }) => name).join(", ");
    throw new Error(`no such server: ${unknown.join(", ")}; there are ${known}`);
  }
  return names.length === 0 ? KINDS : KINDS.filter(({ name }) => names.includes(name));
}

/** Each repetition begins with another server, so that none has the best moment always. */
function rotated(kinds: readonly ReceiverKind[], repetition: number): ReceiverKind[] {
  const first = repetition % Math.max(1, kinds.length);
  return [...kinds.slice(first), ...kinds.slice(0, first)];
}
