// `npm run bench`: measures the hub against its peers and the machine's own limits, all in the same run.
import { readdirSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Bench, BenchReport } from "./kit/bench-definition.ts";
import { type BenchOptions, parseOptions, USAGE } from "./kit/bench-options.ts";
import { benchFolder } from "./kit/disk.ts";
import { describeMachine, machineLine } from "./kit/machine.ts";
import { stopAllServers } from "./kit/server-process.ts";
import { rounded } from "./kit/statistics.ts";

const SUFFIX = ".bench.ts";

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(USAGE);
  else if (process.platform !== "linux") throw new Error("the benches read /proc and run on Linux only");
  else process.exitCode = await inOwnFolder(options);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function inOwnFolder(options: BenchOptions): Promise<number> {
  const benches = await findBenches(options.names);
  const folder = benchFolder(options.folder);
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const interrupted = () => {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
    void stopAllServers().finally(() => {
      remove();
      process.exit(130);
    });
  };
  process.on("SIGINT", interrupted).on("SIGTERM", interrupted);
  try {
    return await runAll(benches, folder, options);
  } finally {
    await stopAllServers();
    remove();
  }
}

async function runAll(benches: readonly Bench[], folder: string, options: BenchOptions): Promise<number> {
  const machine = describeMachine(folder);
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  progress(machineLine(machine, folder));
  const reports: [Bench, BenchReport][] = [];
  for (const bench of benches) {
    progress(`${bench.name}: ${bench.purpose}`);
    const own = join(folder, bench.name);
    await mkdir(own);
    reports.push([bench, await bench.run({ folder: own, options, progress })]);
  }
  if (options.json) {
    const data = Object.fromEntries(reports.map(([{ name }, report]) => [name, report.data]));
    process.stdout.write(`${JSON.stringify(rounded({ machine, ...data }))}\n`);
  } else {
    const texts = reports.map(([{ name }, { text }]) => `\n== ${name}\n${text}\n`);
    process.stdout.write(`${machineLine(machine, folder)}\n${texts.join("")}`);
  }
  const failures = reports.flatMap(([{ name }, report]) => report.failures.map((why) => `${name}: ${why}`));
  for (const failure of failures) process.stderr.write(`FAILED ${failure}\n`);
  return failures.length === 0 ? 0 : 1;
}

/** @throws Error when a name is none of a bench */
async function findBenches(names: readonly string[]): Promise<Bench[]> {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith(SUFFIX));
  const there = files.map((file) => file.slice(0, -SUFFIX.length)).sort();
  const unknown = names.filter((name) => !there.includes(name));
  if (unknown.length > 0)
    throw new Error(`no such bench: ${unknown.join(", ")}; there are ${there.join(", ")}`);
  const wanted = there.filter((name) => names.length === 0 || names.includes(name));
  return Promise.all(
    wanted.map(async (name) => {
      const module = (await import(`./${name}${SUFFIX}`)) as { default: Bench };
      return module.default;
    }),
  );
}
