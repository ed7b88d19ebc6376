// `npm run crash`: kills hubs, database, disk and power under load, and compares what is left with what was promised.
import { parseArgs } from "node:util";
import { seededRandom } from "../../sdk/testing/seeded-random.ts";
import { databaseRounds } from "./database-rounds.ts";
import { diskRounds } from "./disk-rounds.ts";
import { killRounds } from "./kill-rounds.ts";
import { KillablePostgres } from "./kit/killable-postgres.ts";
import { headingLine, lineOf, type RoundReport } from "./kit/round-report.ts";
import { powerRounds } from "./power-rounds.ts";

const PARTS = { kill: killRounds, database: databaseRounds, disk: diskRounds, power: powerRounds } as const;
type PartName = keyof typeof PARTS;
const USAGE = `node test/crash/crash-suite.ts [--rounds 50] [--seed N] [--only ${Object.keys(PARTS).join("|")}]\n`;

// what the suite started dies with it, what it made is removed on "exit"
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
try {
  process.exitCode = await run();
} catch (error) {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 1;
}

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "50" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      only: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  const names = Object.keys(PARTS) as PartName[];
  const wanted = names.filter((name) => values.only === undefined || name === values.only);
  if (values.help || !Number.isInteger(rounds) || rounds < 1 || wanted.length === 0) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 1;
  }
  process.stdout.write(`seed ${values.seed}\n${headingLine()}\n`);
  const random = seededRandom(Number(values.seed));
  const reports: RoundReport[] = [];
  const told = (report: RoundReport) => {
    reports.push(report);
    process.stdout.write(`${lineOf(report)}\n`);
  };
  await using postgres = await KillablePostgres.start();
  for (const name of wanted) {
    const done = await PARTS[name]({ rounds, random, postgres, told });
    if (done === false) process.stdout.write(`SKIPPED ${name}: nothing can be mounted on this machine\n`);
  }
  return summary(reports);
}

function summary(reports: readonly RoundReport[]): number {
  const sum = (of: (report: RoundReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  const bad = reports.filter(({ good }) => !good);
  process.stdout.write(
    `${reports.length} rounds: ${sum(({ sent }) => sent)} sent, ` +
      `${sum(({ acknowledged }) => acknowledged)} acknowledged, ` +
      `${sum(({ damage }) => damage.lost)} lost, ${sum(({ damage }) => damage.corrupt)} corrupt, ` +
      `${sum(({ damage }) => damage.doubled)} doubled, ${sum(({ damage }) => damage.orphans)} orphans; ` +
      `${bad.length} bad rounds\n`,
  );
  return bad.length === 0 ? 0 : 1;
}
