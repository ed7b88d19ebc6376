// A check that passes when a file appears: lets a test hold a study in the middle of its check.
import { existsSync, watch } from "node:fs";
import { dirname } from "node:path";
import { defineCheck, eachStep, passed, Settings, Type } from "@thalamus/sdk";

export default defineCheck({
  name: "gate-check",
  title: "Gate",
  summary: "Passes when the file of its settings exists.",
  settings: Settings({
    gate: Type.String({ title: "Gate", description: "Absolute path of the file that opens the gate." }),
  }),
  needs: {},
  check: (steps$, { settings }) =>
    steps$.pipe(
      eachStep(async (_step, signal) => {
        await opened(settings.gate, signal);
        return passed([]);
      }),
    ),
});

/** Resolves when the file is there; rejects when the step is aborted. */
function opened(gate: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const watcher = watch(dirname(gate), () => look());
    const look = () => {
      if (!existsSync(gate)) return;
      watcher.close();
      resolve();
    };
    signal.addEventListener("abort", () => {
      watcher.close();
      reject(signal.reason);
    });
    look();
  });
}
