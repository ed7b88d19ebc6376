// Plugins from outside the repository for tests: files written into a site's folder, with nothing installed beside them.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A check in TypeScript that holds studies with fewer instances than its setting; one line of code each line here. */
export const CHECK_SIZE = `// check-size: holds studies with too few instances.
import { type CheckLine, defineCheck, eachStep, held, passed, Settings, Type } from "@thalamus/sdk";

const fewest = { title: "Fewest instances", description: "A smaller study is held.", minimum: 1, default: 1 };

export default defineCheck({
  name: "check-size",
  title: "Size",
  summary: "Holds studies with too few instances.",
  settings: Settings({ fewest: Type.Integer(fewest) }),
  needs: {},
  check: (steps$, { settings }) =>
    steps$.pipe(
      eachStep(async (step) => {
        const { length } = await step.study.instances();
        const line = { id: "size", title: "Size", found: \`\${length} instances\`, wanted: \`\${settings.fewest}\` };
        const lines: CheckLine[] = [{ ...line, verdict: length < settings.fewest ? "fail" : "pass" }];
        return length < settings.fewest ? held(lines) : passed(lines);
      }),
    ),
});
`;

/** A delivery as its authors publish it: JavaScript, built. */
export const DELIVER_NOWHERE = `// deliver-nowhere: takes every result and forgets it.
import { defineDelivery, delivered, eachStep, LogToken, Settings } from "@thalamus/sdk";

export default defineDelivery({
  name: "deliver-nowhere",
  title: "Nowhere",
  summary: "Takes every result and forgets it.",
  settings: Settings({}),
  needs: { log: LogToken },
  onInterrupted: "repeat",
  deliver: (steps$, { log }) =>
    steps$.pipe(eachStep(async () => {
      log.info("result.forgotten");
      return delivered({});
    })),
  probe: async () => ({ ok: true, message: "Nowhere is everywhere." }),
});
`;

/** @param files text by path, relative to the folder */
export function writeFilesInto(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** The files of a package whose plugin is built to `dist`. */
export const builtPackage = (name: string, version: string, code: string) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({
    name,
    version,
    type: "module",
    exports: { ".": "./dist/plugin.js" },
  }),
  [`node_modules/${name}/dist/plugin.js`]: code,
});
