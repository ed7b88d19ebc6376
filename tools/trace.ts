// Prints which features have a test: `npm run -s trace`, or with `-- --missing` which have none.
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { featuresIn } from "./trace/features.ts";
import { testedIds } from "./trace/tested-ids.ts";

const ROOT = resolve(import.meta.dirname, "..");
const { values } = parseArgs({ options: { missing: { type: "boolean", default: false } } });

const features = featuresIn(readFileSync(join(ROOT, "docs/features.md"), "utf8"));
const tests = globSync("{core,sdk,plugins,admin,test,tools}/**/*.test.{ts,tsx}", {
  cwd: ROOT,
  exclude: (path) => path === "node_modules",
}).sort();
// the tests of this command speak of ids that mean nothing
const own = /^tools[/\\]trace/;
const tested = testedIds(
  new Map(
    tests.filter((file) => !own.test(file)).map((file) => [file, readFileSync(join(ROOT, file), "utf8")]),
  ),
);

for (const section of new Set(features.map((feature) => feature.section))) {
  const all = features.filter((feature) => feature.section === section);
  const shown = all.filter(({ id }) => tested.has(id) !== values.missing);
  const count = all.filter(({ id }) => tested.has(id)).length;
  if (shown.length > 0) process.stdout.write(`\n${section} (${count} of ${all.length})\n`);
  for (const { id, name } of shown) {
    const [first = "", ...others] = tested.get(id) ?? [];
    const more = others.length > 0 ? ` and ${others.length} more` : "";
    process.stdout.write(`${`  ${id}  ${name.padEnd(48)} ${first}${more}`.trimEnd()}\n`);
  }
}
const known = new Set(features.map(({ id }) => id));
process.stdout.write(
  `\n${features.filter(({ id }) => tested.has(id)).length} of ${features.length} have a test\n`,
);

const strange = [...tested].filter(([id]) => !known.has(id));
for (const [id, files] of strange) process.stderr.write(`${id} in ${files[0]} is not in docs/features.md\n`);
process.exitCode = strange.length > 0 ? 1 : 0;
