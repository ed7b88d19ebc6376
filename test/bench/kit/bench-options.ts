// What the command line can say.
import { parseArgs } from "node:util";

export interface BenchOptions {
  /** Names of the benches to run; empty for all. */
  readonly names: readonly string[];
  readonly json: boolean;
  readonly runs: number;
  readonly objects: number;
  /** Deliveries of the bench "deliver" that wait when the hub starts, those to the bad destination included. */
  readonly queued: number;
  /** In the database of the bench "list". */
  readonly studies: number;
  /** Size of the object of the bench "large". */
  readonly megabytes: number;
  readonly associations: readonly number[];
  /** Only these servers; empty for all that are installed. */
  readonly servers: readonly string[];
  readonly folder: string | undefined;
  /** Where the hub leaves its CPU profiles. */
  readonly profileFolder: string | undefined;
  readonly help: boolean;
}

export const USAGE = `npm run bench -- [BENCH...] [options]
  --runs N               repetitions, the order of the servers rotates (3)
  --objects N            objects in each run (2000)
  --queued N             deliveries that wait for five destinations, one of them no good (2000)
  --studies N            studies in the database that is listed and searched (100000)
  --quick                1 repetition with 200 objects, or 2000 studies
  --megabytes N          size of the large object (500)
  --associations A,B     numbers of associations (1,4,16)
  --servers A,B          only these
  --dir FOLDER           where all servers keep their files; must be on a disk
  --profile FOLDER       the hub writes a CPU profile there
  --json                 one JSON document on standard output
`;

/** @throws Error when an option is unknown or is no number */
export function parseOptions(words: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      runs: { type: "string" },
      objects: { type: "string" },
      queued: { type: "string" },
      studies: { type: "string" },
      associations: { type: "string", default: "1,4,16" },
      megabytes: { type: "string" },
      servers: { type: "string", default: "" },
      dir: { type: "string" },
      profile: { type: "string" },
    },
  });
  return {
    names: positionals,
    json: values.json,
    runs: count("--runs", values.runs ?? (values.quick ? "1" : "3")),
    objects: count("--objects", values.objects ?? (values.quick ? "200" : "2000")),
    megabytes: count("--megabytes", values.megabytes ?? (values.quick ? "50" : "500")),
    queued: count("--queued", values.queued ?? (values.quick ? "200" : "2000")),
    studies: count("--studies", values.studies ?? (values.quick ? "2000" : "100000")),
    associations: list(values.associations).map((text) => count("--associations", text)),
    servers: list(values.servers),
    folder: values.dir,
    profileFolder: values.profile,
    help: values.help,
  };
}

const list = (text: string): string[] => text.split(",").filter((part) => part !== "");

function count(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name} wants whole numbers above zero, not "${text}"`);
}
