// A hub of its own for tests: begins one run and is then killed by whoever started it.
import { hubProduct } from "../../hub-contract.ts";
import { openRunner, type RunnerSettings } from "../open-runner.ts";
import type { ProductRun } from "../runner.ts";

export interface Abandoned {
  readonly settings: RunnerSettings;
  readonly own: string;
  readonly run: Omit<ProductRun, "signal" | "launch">;
}

const ignore = () => undefined;
const { settings, own, run } = JSON.parse(process.argv[2] ?? "") as Abandoned;
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const runner = await openRunner(settings, own, log);
await runner.run({
  ...run,
  launch: (folders) => hubProduct.launch(folders, run.product),
  signal: new AbortController().signal,
});
