// The hub's entry: keeps compiled code between starts, then hands over to the command line.
import { keepCompiledCode } from "./compile-cache.mjs";
import { holdNursery, letNurseryGrow } from "./nursery.ts";

// before anything else is loaded: from the second start on this saves about a third of the time
keepCompiledCode();
// files of many associations are flushed together, and every flush that waits holds a thread (4 without this)
process.env["UV_THREADPOOL_SIZE"] ??= "8";
holdNursery();
const { runCommandLine } = await import("./command-line.ts");
await runCommandLine();
letNurseryGrow();
