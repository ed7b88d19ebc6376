// Starts the watchdog as a process that outlives the hub.
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { join } from "node:path";
import type { UpdateSettings } from "../config/update-settings.ts";

const WATCHDOG = join(import.meta.dirname, "watchdog.ts");
/** The unit's own control group ends with the unit; a transient unit has one of its own (systemd-run(1)). */
const OUTSIDE_OF_UNIT = ["systemd-run", "--quiet", "--collect"];

export interface Launch {
  readonly settings: Pick<UpdateSettings, "launcher" | "updater">;
  readonly folder: string;
  readonly id: string;
  readonly logPath: string;
}

/** @throws Error when it could not be started */
export function launchWatchdog({ settings, folder, id, logPath }: Launch): Promise<void> {
  const launcher = settings.launcher ?? (settings.updater === "systemd" ? OUTSIDE_OF_UNIT : []);
  const [program = process.execPath, ...rest] = [...launcher, process.execPath, WATCHDOG, folder, id];
  const log = openSync(logPath, "a", 0o600);
  const child = spawn(program, rest, { detached: true, stdio: ["ignore", log, log], cwd: "/" });
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`${program}: ${(error as NodeJS.ErrnoException).code}`)));
    child.once("spawn", () => {
      child.unref();
      if (launcher.length === 0) return resolve();
      // a launcher hands over and ends at once
      child.once("exit", (code) =>
        code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`)),
      );
    });
  });
}
