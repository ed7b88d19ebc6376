// Exchanges the version while the hub is away, waits for the new one to work, and brings the old one back when it does not.
// A program of its own: `node watchdog.ts FOLDER ID [--roll-back]`. No import but of Node.js, since nobody else is there.
import { appendFileSync } from "node:fs";
import { exchange, restart, type SwitchPlan } from "./switch-plan.ts";
import { UpdateFile, type UpdateState } from "./update-state.ts";

const LOOK_MS = 250;

const [folder = "", id = "", option] = process.argv.slice(2);
const file = new UpdateFile(folder);

function log(text: string): void {
  appendFileSync(file.logPath, `${new Date().toISOString()} ${text}\n`, { mode: 0o600 });
}

async function run(): Promise<void> {
  if (option === "--roll-back") return rollBack("Somebody asked for it.");
  const begun = await file.move(id, "switching", {
    deadline: laterBy(limitOf()),
    message: "The version is exchanged.",
  });
  if (!begun?.plan) {
    log("there is no update to carry out");
    return;
  }
  log(`from ${begun.from} to ${begun.to}`);
  try {
    exchange(begun.plan, "forward");
    await file.move(id, "verifying", {
      deadline: laterBy(begun.limitSeconds),
      message: `Version ${begun.to} is started.`,
    });
    await restart(begun.plan, "forward", log);
  } catch (error) {
    return rollBack((error as Error).message);
  }
  // fetching an image may have taken a while
  await file.move(id, "verifying", { deadline: laterBy(begun.limitSeconds) });
  await verdict(begun);
}

/** The new version says itself that it works. */
async function verdict({ limitSeconds, to }: UpdateState): Promise<void> {
  const end = Date.now() + limitSeconds * 1000;
  while (Date.now() < end) {
    const now = file.read();
    if (now?.id !== id || now.phase !== "verifying") {
      log(`ended as ${now?.phase ?? "unknown"}`);
      return;
    }
    await new Promise((next) => setTimeout(next, LOOK_MS));
  }
  await rollBack(`Version ${to} did not work within ${limitSeconds} s.`);
}

async function rollBack(why: string): Promise<void> {
  const now = file.read();
  const message = `${why} The version of before is back.`;
  // from here on the new version cannot say any more that it works
  const state = await file.move(id, "rolled-back", { message });
  if (!state?.plan) {
    log(`not rolled back: the update is ${now?.phase ?? "not there"}`);
    return;
  }
  log(`rolled back: ${why}`);
  await putBack(state.plan);
}

async function putBack(plan: SwitchPlan): Promise<void> {
  try {
    exchange(plan, "back");
    await restart(plan, "back", log);
  } catch (error) {
    const problem = (error as Error).message;
    log(`rolling back failed: ${problem}`);
    await file.move(id, "rolled-back", {
      message: `Rolling back failed: ${problem}. Look at the log of the update.`,
    });
    process.exitCode = 1;
  }
}

const limitOf = (): number => file.read()?.limitSeconds ?? 0;
const laterBy = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

await run();
