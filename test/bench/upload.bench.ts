// Sending a study into a cloud that takes everything, against copying the same bytes with cp, curl, zip and yazl.
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import type { Bench, BenchPlace, BenchReport } from "./kit/bench-definition.ts";
import { rotated } from "./kit/rotated.ts";
import { ServerProcess } from "./kit/server-process.ts";
import { spread } from "./kit/statistics.ts";
import { textTable } from "./kit/text-table.ts";

/** A slice of a 2-D series. */
const FILE_BYTES = 524_288;
const HERE = import.meta.dirname;
/** Of memory that sending may take, however large the study is. */
const MOST_MEGABYTES = 300;

const bench: Bench = {
  name: "upload",
  purpose: "sending a study into a cloud that takes everything: archive, hashes, parts; time and memory",
  run,
};
export default bench;

interface Sent {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly before: number;
  readonly peak: number;
}

const KINDS = ["cloud-upload", "curl", "cp", "zip -0", "yazl"] as const;
type Kind = (typeof KINDS)[number];

async function run({ folder, options, progress }: BenchPlace): Promise<BenchReport> {
  const study = join(folder, "study");
  mkdirSync(study);
  const files = Math.max(1, Math.round((options.megabytes * 1e6) / FILE_BYTES));
  for (let file = 0; file < files; file += 1)
    writeFileSync(join(study, `${String(file).padStart(6, "0")}.dcm`), randomBytes(FILE_BYTES));
  const bytes = files * FILE_BYTES;
  const whole = join(folder, "whole");
  execFileSync("sh", ["-c", `cat "$0"/*.dcm > "$1"`, study, whole]);
  await using sink = new ServerProcess({
    program: process.execPath,
    arguments: [join(HERE, "upload/sink.ts")],
  });
  const url = await sink.firstLine();
  const seconds: Record<Kind, number[]> = { "cloud-upload": [], curl: [], cp: [], "zip -0": [], yazl: [] };
  const sent: Sent[] = [];
  const measure: Record<Kind, () => Promise<number> | number> = {
    "cloud-upload": () => {
      const output = execFileSync(process.execPath, [join(HERE, "upload/uploader.ts"), study, url]);
      sent.push(JSON.parse(String(output)) as Sent);
      return sent.at(-1)!.seconds;
    },
    curl: () => timed("curl", ["-sS", "-T", whole, `${url}/whole`]),
    cp: () => timed("cp", ["-r", study, join(folder, "copy")], () => removed(join(folder, "copy"))),
    "zip -0": () =>
      timed("zip", ["-q", "-0", "-r", join(folder, "a.zip"), study], () => removed(join(folder, "a.zip"))),
    yazl: () => zipped(study),
  };
  for (let repetition = 0; repetition < options.runs; repetition += 1) {
    for (const kind of rotated(KINDS, repetition)) {
      const took = await measure[kind]();
      seconds[kind].push(took);
      progress(`${repetition + 1}/${options.runs}  ${kind}: ${took.toFixed(2)} s`);
    }
  }
  const own = spread(seconds["cloud-upload"]).median;
  const rows = KINDS.filter((kind) => Number.isFinite(seconds[kind][0])).map((kind) => {
    const { median, min, max } = spread(seconds[kind]);
    const rate = bytes / 1e6 / median;
    return [
      kind,
      median.toFixed(2),
      `${min.toFixed(2)}-${max.toFixed(2)}`,
      rate.toFixed(0),
      (own / median).toFixed(1),
    ];
  });
  const grown = spread(sent.map(({ peak, before }) => (peak - before) / 1e6));
  const peak = spread(sent.map((one) => one.peak / 1e6)).median;
  const cpu = spread(sent.map((one) => one.cpuSeconds)).median;
  const text =
    `a study of ${(bytes / 1e6).toFixed(0)} MB in ${files} files, ${options.runs} repetitions\n\n` +
    `${textTable(["", "s", "range", "MB/s", "cloud-upload takes x times"], rows)}\n\n` +
    `cloud-upload: CPU ${cpu.toFixed(2)} s; most memory ${peak.toFixed(0)} MB, ${grown.median.toFixed(0)} MB of it while sending`;
  const failures =
    grown.max > MOST_MEGABYTES ? [`${grown.max.toFixed(0)} MB of memory while sending: not bounded`] : [];
  return { text, data: { bytes, files, seconds, sent }, failures };
}

const removed = (path: string): void => rmSync(path, { recursive: true, force: true });

/** @returns not a number where the program is not installed */
function timed(program: string, options: readonly string[], afterwards: () => void = () => {}): number {
  const began = performance.now();
  const { error, status } = spawnSync(program, options);
  const took = (performance.now() - began) / 1000;
  afterwards();
  return error || status !== 0 ? Number.NaN : took;
}

async function zipped(folder: string): Promise<number> {
  const began = performance.now();
  const zip = new ZipFile();
  for (const name of readdirSync(folder)) zip.addFile(join(folder, name), name, { compress: false });
  zip.end();
  await pipeline(zip.outputStream, new Writable({ write: (_chunk, _encoding, done) => done() }));
  return (performance.now() - began) / 1000;
}
