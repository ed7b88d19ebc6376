// Runs the senders of dcmtk, the toolkit most scanners and PACS were tested against.
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Whether dcmtk is installed; tests that need it are skipped, and say so, when it is not. */
export const hasDcmtk = isInstalled();

/** Name of a test that needs dcmtk. */
export const NEEDS_DCMTK = hasDcmtk ? "" : " (SKIPPED: dcmtk is not installed, apt-get install dcmtk)";

/**
 * Runs echoscu or storescu against the receiver.
 * @returns what it printed
 * @throws with what it printed when it ended with an error
 */
export async function dcmtk(tool: Tool, port: number, ...args: string[]): Promise<string> {
  const [options, files] = split(args);
  return runTool(tool, port, options, files);
}

/** The same with options that are paths themselves, as those of TLS are. */
export async function runTool(
  tool: Tool,
  port: number,
  options: readonly string[],
  files: readonly string[] = [],
): Promise<string> {
  const env = { ...process.env, TCP_NODELAY: "1" };
  const args = ["-v", ...options, "127.0.0.1", String(port), ...files];
  const { stdout, stderr } = await run(tool, args, { env });
  return stdout + stderr;
}

type Tool = "echoscu" | "storescu";

/** Absolute paths stand behind the peer, everything else before it. */
function split(args: readonly string[]): [string[], string[]] {
  return [args.filter((arg) => !arg.startsWith("/")), args.filter((arg) => arg.startsWith("/"))];
}

function isInstalled(): boolean {
  try {
    execFileSync("storescu", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
