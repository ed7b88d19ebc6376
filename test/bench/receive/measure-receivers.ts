// Measures every receiver that is installed, and this hub, in one manner of sending.
import { join } from "node:path";
import type { BenchPlace, BenchReport } from "../kit/bench-definition.ts";
import { rotated } from "../kit/rotated.ts";
import { LoadClient } from "../load/load-client.ts";
import { writeMrCorpus } from "../load/mr-corpus.ts";
import { orthanc } from "../servers/orthanc.ts";
import type { ReceiverKind } from "../servers/receiver.ts";
import { flushSink, plainSink } from "../servers/store-sink.ts";
import { storescp } from "../servers/storescp.ts";
import { thalamusHubs } from "../servers/thalamus-hub.ts";
import { type LoadManner, type Sample, SeriesRunner } from "./receive-series.ts";
import { ratiosOfHubs, summarize } from "./receive-summary.ts";
import { receiveText } from "./receive-text.ts";

const KINDS: readonly ReceiverKind[] = [...thalamusHubs, flushSink, plainSink, storescp, orthanc];

export async function measureReceivers(place: BenchPlace, manner: LoadManner): Promise<BenchReport> {
  const { options } = place;
  const { kinds, present, skipped } = presentKinds(place);
  const corpus = join(place.folder, "corpus");
  const largestObject = writeMrCorpus(corpus, options.objects);
  await using client = await LoadClient.start(corpus);
  const runner = new SeriesRunner(place, client, manner);
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

interface Present {
  /** Those that are asked for. */
  readonly kinds: readonly ReceiverKind[];
  /** Those of them that this machine has. */
  readonly present: readonly ReceiverKind[];
  readonly skipped: readonly { readonly server: string; readonly why: string }[];
}

/** Says which servers are missing. @throws Error when a name is none of a server */
export function presentKinds({ options, progress }: BenchPlace): Present {
  const kinds = chosen(options.servers);
  const skipped = kinds.flatMap(({ name, missing }) => {
    const why = missing();
    return why === undefined ? [] : [{ server: name, why }];
  });
  for (const { server, why } of skipped) progress(`SKIPPED ${server}: ${why}`);
  const present = kinds.filter(({ name }) => !skipped.some(({ server }) => server === name));
  return { kinds, present, skipped };
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
