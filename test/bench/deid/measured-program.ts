// Runs a program as a whole, start-up and all, and says what time, processors and memory it took.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compiledProgram } from "../servers/compiled-program.ts";

const SOURCE = join(import.meta.dirname, "run-measured.c");

export interface ProgramCost {
  /** By the clock. */
  readonly seconds: number;
  /** Of all processors, the system's part and ended children included. */
  readonly cpuSeconds: number;
  /** The most memory the program itself had at once. */
  readonly peakBytes: number;
}

/**
 * @param programs where the compiled measuring program is kept
 * @throws Error with the end of what the program said, when it fails
 */
export async function measureProgram(words: readonly string[], programs: string): Promise<ProgramCost> {
  const report = join(programs, "cost.txt");
  const child = spawn(compiledProgram(SOURCE, programs), [report, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${words[0]} ended with ${code}: ${said.trim()}`);
  const [seconds = 0, cpuSeconds = 0, kilobytes = 0] = readFileSync(report, "utf8").split(" ").map(Number);
  return { seconds, cpuSeconds, peakBytes: kilobytes * 1024 };
}
