// De-identifying an examination: how fast and at what cost, against copying and against other programs.
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type CleanerSample, summarizeCleaners } from "./deid/cleaner-summary.ts";
import { CLEANERS, type Cleaner } from "./deid/cleaners.ts";
import { cleanersText } from "./deid/cleaners-text.ts";
import { furtherText } from "./deid/further-images.ts";
import { measureProgram } from "./deid/measured-program.ts";
import type { Bench, BenchPlace, BenchReport } from "./kit/bench-definition.ts";
import { rotated } from "./kit/rotated.ts";
import { writeLargeObject } from "./load/large-object.ts";
import { writeMrCorpus } from "./load/mr-corpus.ts";

const bench: Bench = {
  name: "deid",
  purpose: "de-identifying MR images and one large object, with proof and manifest",
  run,
};
export default bench;

/** A hub starts once: of a long run and a short one the difference is what an image costs. */
const LONGER = 3;

interface Corpus {
  readonly name: string;
  readonly folder: string;
  readonly files: number;
  /** Programs that it is for; all of them when left out. */
  readonly only?: readonly string[];
}

async function run(place: BenchPlace): Promise<BenchReport> {
  const { folder, options } = place;
  const named = CLEANERS.filter(({ name }) => options.servers.length === 0 || options.servers.includes(name));
  const skipped = named.flatMap((cleaner) => {
    const why = cleaner.missing();
    return why === undefined ? [] : [{ cleaner: cleaner.name, why }];
  });
  const present = named.filter((cleaner) => cleaner.missing() === undefined);
  const corpora = makeCorpora(folder, options.objects, options.megabytes);
  const samples: CleanerSample[] = [];
  const failures: string[] = [];
  for (let repetition = 0; repetition < options.runs; repetition += 1) {
    for (const corpus of corpora) {
      for (const cleaner of rotated(present, repetition)) {
        if (corpus.only?.includes(cleaner.name) === false) continue;
        const sample = await measure(place, cleaner, corpus, repetition, failures);
        if (sample) samples.push(sample);
      }
    }
  }
  const results = summarizeCleaners(samples);
  return {
    text: [cleanersText(results, present, skipped), ...furtherText(samples)].join("\n\n"),
    data: { runs: options.runs, skipped, results, failures },
    failures,
  };
}

function makeCorpora(folder: string, objects: number, megabytes: number): Corpus[] {
  const images = join(folder, "images");
  const two = join(folder, "two");
  const long = join(folder, "long");
  const large = join(folder, "large");
  writeMrCorpus(images, objects);
  writeMrCorpus(long, LONGER * objects);
  writeMrCorpus(two, objects, 2);
  writeLargeObject(large, megabytes);
  return [
    { name: `${objects} MR images`, folder: images, files: objects },
    {
      name: `${objects} MR images of two studies`,
      folder: two,
      files: objects,
      only: ["deid", "deid-unflushed", "copy-flush", "copy-flush-4", "cp", "dcmjs"],
    },
    { name: `${LONGER * objects} MR images`, folder: long, files: LONGER * objects, only: ["deid", "dcmjs"] },
    { name: `one object of ${megabytes} MB`, folder: large, files: 1 },
  ];
}

async function measure(
  { folder, options, progress }: BenchPlace,
  cleaner: Cleaner,
  corpus: Corpus,
  repetition: number,
  failures: string[],
): Promise<CleanerSample | undefined> {
  const to = join(folder, "out");
  const programs = join(folder, "programs");
  mkdirSync(to);
  mkdirSync(programs, { recursive: true });
  const { profileFolder } = options;
  try {
    const command = cleaner.command({ from: corpus.folder, to, programs, profileFolder });
    const cost = await measureProgram(command, programs);
    const bytes = sizeOf(corpus.folder);
    const wrong = whatIsWrong(to, corpus.files, bytes);
    if (wrong !== undefined) failures.push(`${cleaner.name}: ${wrong}`);
    const rate = (corpus.files / cost.seconds).toFixed(1);
    progress(`${repetition + 1}/${options.runs}  ${cleaner.name.padEnd(16)} ${corpus.name} ${rate} files/s`);
    return { cleaner: cleaner.name, corpus: corpus.name, files: corpus.files, bytes, repetition, ...cost };
  } catch (error) {
    failures.push(`${cleaner.name}: ${(error as Error).message}`);
    return undefined;
  } finally {
    rmSync(to, { recursive: true, force: true });
  }
}

/** Programs that write nothing, or only a part, are fast. */
function whatIsWrong(folder: string, files: number, bytes: number): string | undefined {
  const written = imagesIn(folder);
  if (written.length !== files) return `${written.length} files of ${files}`;
  const size = written.reduce((sum, path) => sum + statSync(path).size, 0);
  return size < bytes * 0.85 ? `${size} bytes of ${bytes}` : undefined;
}

/** Files beside the images, such as a manifest, are much smaller. */
function imagesIn(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = all.filter((entry) => entry.isFile() && !/\.(jsonl?|txt|sig|pem)$/.test(entry.name));
  return files.map((entry) => join(entry.parentPath, entry.name));
}

const sizeOf = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
