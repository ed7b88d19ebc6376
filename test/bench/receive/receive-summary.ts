// Medians of all repetitions, and how the hub compares with each of the others.
import { type Spread, spread } from "../kit/statistics.ts";
import type { Measurement } from "./receive-measurement.ts";
import type { Sample } from "./receive-series.ts";

/** A server with a number of associations. */
export type ServerResult = { readonly [K in keyof Measurement]: Spread } & {
  readonly server: string;
  readonly associations: number;
};

/** The hub divided by a peer, in the same repetition. */
export interface Ratio {
  readonly hub: string;
  readonly peer: string;
  readonly associations: number;
  readonly objectsPerSecond: Spread;
  readonly cpuPer1000: Spread;
}

/** Servers that are this hub, one way or another. */
export const isHub = (server: string): boolean => server === "hub" || server.startsWith("hub-");

export function summarize(samples: readonly Sample[]): ServerResult[] {
  const groups = Map.groupBy(samples, ({ server, associations }) => `${associations} ${server}`);
  return [...groups.values()]
    .map((group) => {
      const { server, associations } = group[0]!;
      const of = (value: keyof Measurement) => spread(group.map((sample) => sample[value]));
      return {
        server,
        associations,
        objectsPerSecond: of("objectsPerSecond"),
        cpuPer1000: of("cpuPer1000"),
        mainCpuPer1000: of("mainCpuPer1000"),
        clientCpuPer1000: of("clientCpuPer1000"),
        rssMb: of("rssMb"),
        rssGrowthMb: of("rssGrowthMb"),
        loopP99Ms: of("loopP99Ms"),
        p50Ms: of("p50Ms"),
        p99Ms: of("p99Ms"),
        othersCpus: of("othersCpus"),
      };
    })
    .sort((a, b) => a.associations - b.associations);
}

/**
 * Pairs each run of the hub with the peer's of the same repetition: on a machine that others use, neighbours
 * in time are more alike than medians are.
 */
export function ratiosOfHubs(samples: readonly Sample[]): Ratio[] {
  const names = [...new Set(samples.map(({ server }) => server))];
  return names.filter(isHub).flatMap((hub) => {
    const peers = names.filter((name) => !isHub(name));
    return peers.flatMap((peer) => ratiosOf(samples, hub, peer));
  });
}

/** One ratio for each number of associations. */
function ratiosOf(samples: readonly Sample[], hub: string, peer: string): Ratio[] {
  const counts = [...new Set(samples.map(({ associations }) => associations))];
  return counts.flatMap((associations) => {
    const runsOf = (name: string) =>
      samples.filter((sample) => sample.server === name && sample.associations === associations);
    const pairs = runsOf(peer).flatMap((other) => {
      const own = runsOf(hub).find(({ repetition }) => repetition === other.repetition);
      return own ? [{ own, other }] : [];
    });
    if (pairs.length === 0) return [];
    const of = (value: "objectsPerSecond" | "cpuPer1000") =>
      spread(pairs.map(({ own, other }) => own[value] / other[value]));
    return [
      { hub, peer, associations, objectsPerSecond: of("objectsPerSecond"), cpuPer1000: of("cpuPer1000") },
    ];
  });
}
