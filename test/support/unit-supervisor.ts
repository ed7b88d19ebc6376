// Does for a test what systemd does for a unit: runs what a link leads to, again when it ends, and anew when it is told to.
// `node unit-supervisor.ts LINK CONFIG`; SIGUSR1 restarts, SIGTERM ends. Says on stdout what it does, a line each.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

const [link = "", config = ""] = process.argv.slice(2);
/** RestartSec= */
const PAUSE_MS = 300;
let child: ChildProcess;
let isEnding = false;

function start(): void {
  // as ExecStart= with a path through the link: it is followed each time
  child = spawn(process.execPath, [join(link, "core/main.ts"), config, "--json"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  process.stdout.write(`started ${child.pid}\n`);
  child.once("exit", (code, signal) => {
    process.stdout.write(`ended ${signal ?? code}\n`);
    if (!isEnding) setTimeout(start, PAUSE_MS);
  });
}

process.on("SIGUSR1", () => child.kill("SIGTERM"));
process.on("SIGTERM", () => {
  isEnding = true;
  child.once("exit", () => process.exit(0));
  if (!child.kill("SIGTERM")) process.exit(0);
});
start();
