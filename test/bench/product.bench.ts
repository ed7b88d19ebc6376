// dti-metrics: what a second thread brings to the fit and to free water, beside MRtrix3 on the same voxels.
import { spawnSync } from "node:child_process";
import { VoxelThreads } from "../../plugins/local-processing/products/dti-metrics/tensor/voxel-threads.ts";
import type { Bench, BenchPlace, BenchReport } from "./kit/bench-definition.ts";
import { rotated } from "./kit/rotated.ts";
import { spread } from "./kit/statistics.ts";
import { textTable } from "./kit/text-table.ts";
import { type ProductPhantom, productPhantom, writePhantom } from "./product/product-phantom.ts";

const bench: Bench = {
  name: "product",
  purpose: "tensor fit and free water of dti-metrics in one thread and in two",
  run,
};
export default bench;

/** A quick run has a twentieth of the voxels. */
const EDGES = { quick: 20, whole: 56 } as const;
const REWEIGHTINGS = 2;
const HEAD = ["work", "threads", "s", "(min-max)", "CPU s", "x one thread", "us/voxel"];

interface Sample {
  readonly work: string;
  readonly threads: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** One thing to measure: everything is done in the time of the call. */
interface Contender {
  readonly work: string;
  readonly threads: number;
  /** @returns the bits of the result, which must be the same for any number of threads; of another program nothing */
  measure(): Promise<{ readonly bits?: Buffer; readonly cpuSeconds?: number }>;
}

async function run({ folder, options, progress }: BenchPlace): Promise<BenchReport> {
  const phantom = productPhantom(options.runs > 1 ? EDGES.whole : EDGES.quick);
  const pools = new Map([1, 2].map((count) => [count, new VoxelThreads(count)]));
  const { contenders, skipped } = contendersOf(phantom, pools, folder);
  const samples: Sample[] = [];
  const bits = new Map<string, Buffer>();
  const failures: string[] = [];
  try {
    // once for nothing: threads load and code is compiled
    for (const { measure } of contenders) await measure();
    for (let repetition = 0; repetition < options.runs; repetition += 1) {
      for (const contender of rotated(contenders, repetition)) {
        progress(`${contender.work}, ${contender.threads} thread(s)`);
        samples.push(await sampleOf(contender, bits, failures));
      }
    }
  } finally {
    for (const pool of pools.values()) await pool.close();
  }
  const results = summarize(samples, phantom.voxels.length);
  const title = `${phantom.voxels.length} voxels, ${phantom.table.volumes} volumes, ${options.runs} repetitions`;
  const notes = skipped.map((why) => `SKIPPED ${why}\n`).join("");
  return {
    text: `${title}\n${notes}\n${textTable(HEAD, results.map(rowOf))}`,
    data: { voxels: phantom.voxels.length, volumes: phantom.table.volumes, skipped, results, failures },
    failures,
  };
}

async function sampleOf(
  contender: Contender,
  bits: Map<string, Buffer>,
  failures: string[],
): Promise<Sample> {
  const { work, threads } = contender;
  const before = process.cpuUsage();
  const began = performance.now();
  const measured = await contender.measure();
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  const known = bits.get(work) ?? measured.bits;
  if (known) bits.set(work, known);
  if (measured.bits && known && !known.equals(measured.bits))
    failures.push(`${work}: ${threads} threads give other bits`);
  return { work, threads, seconds, cpuSeconds: measured.cpuSeconds ?? (user + system) / 1e6 };
}

function contendersOf(phantom: ProductPhantom, pools: ReadonlyMap<number, VoxelThreads>, folder: string) {
  const { series, table, voxels } = phantom;
  const contenders: Contender[] = [];
  for (const [threads, pool] of pools) {
    contenders.push({
      ...{ work: "tensor fit", threads },
      measure: async () => ({
        bits: Buffer.from((await pool.fitTensor(series, table, voxels, REWEIGHTINGS)).tensor.buffer),
      }),
    });
    contenders.push({
      ...{ work: "free water", threads },
      measure: async () => ({ bits: Buffer.from((await pool.mapFreeWater(series, table, voxels)).buffer) }),
    });
  }
  if (spawnSync("dwi2tensor", ["-version"]).error) {
    return { contenders, skipped: ["MRtrix3: dwi2tensor is not installed (Debian package mrtrix3)"] };
  }
  const base = writePhantom(phantom, folder);
  for (const threads of pools.keys()) contenders.push(mrtrix(base, threads));
  return { contenders, skipped: [] };
}

/** The whole command, with reading and writing. */
function mrtrix(base: string, threads: number): Contender {
  const gradients = ["-fslgrad", `${base}.bvec`, `${base}.bval`];
  const words = ["-quiet", "-force", "-nthreads", String(threads), "-ols", "-iter", String(REWEIGHTINGS)];
  return {
    ...{ work: "MRtrix3 dwi2tensor", threads },
    measure: async () => {
      const all = [...words, "-mask", `${base}-mask.nii`, ...gradients, `${base}.nii`, `${base}-tensor.nii`];
      const script = 'dwi2tensor "$@" && times';
      const { status, stdout, stderr } = spawnSync("sh", ["-c", script, "sh", ...all], { encoding: "utf8" });
      if (status !== 0) throw new Error(`dwi2tensor failed: ${stderr.slice(0, 200)}`);
      return { cpuSeconds: cpuOfChildren(stdout) };
    },
  };
}

/** The second line of `times`: user and system time of what the shell ran, `0m1.250000s 0m0.030000s`. */
function cpuOfChildren(text: string): number {
  const [, line = ""] = text.trim().split("\n");
  const seconds = [...line.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => 60 * Number(minutes) + Number(rest),
  );
  return seconds.reduce((sum, one) => sum + one, 0);
}

function summarize(samples: readonly Sample[], voxels: number) {
  const groups = Map.groupBy(samples, ({ work, threads }) => `${work} ${threads}`);
  return [...groups.values()]
    .map((own) => {
      const { work, threads } = own[0]!;
      const alone = samples.filter((sample) => sample.work === work && sample.threads === 1);
      const seconds = spread(own.map((sample) => sample.seconds));
      return {
        ...{ work, threads, seconds },
        cpuSeconds: spread(own.map((sample) => sample.cpuSeconds)),
        timesOneThread: spread(alone.map((sample) => sample.seconds)).median / seconds.median,
        microsecondsPerVoxel: (1e6 * seconds.median) / voxels,
      };
    })
    .sort((a, b) => a.work.localeCompare(b.work) || a.threads - b.threads);
}

const rowOf = (result: ReturnType<typeof summarize>[number]): string[] => [
  result.work,
  String(result.threads),
  result.seconds.median.toFixed(2),
  `(${result.seconds.min.toFixed(2)}-${result.seconds.max.toFixed(2)})`,
  result.cpuSeconds.median.toFixed(2),
  result.timesOneThread.toFixed(2),
  result.microsecondsPerVoxel.toFixed(1),
];
