// Prints every line of the hub that decides, writes or reads a DICOM attribute: `npm run -s where 0010,0010`.
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { attributeOf, shown } from "./where/attribute.ts";
import { type Role, sightings } from "./where/sightings.ts";

const ROOT = resolve(import.meta.dirname, "..");
const ROLES: Readonly<Record<Role, string>> = {
  decides: "decides its fate",
  writes: "writes it",
  reads: "reads it",
  mentions: "speaks of it to people",
  declares: "declares it",
};

const written = process.argv.slice(2).join(",");
const attribute = attributeOf(written);
if (attribute) {
  const found = sightings(attribute, sources());
  process.stdout.write(`${attribute.keyword ?? "Private attribute"} ${shown(attribute.tag)}\n`);
  if (found.length === 0) process.stdout.write("\nNothing in core, sdk or plugins deals with it.\n");
  for (const [role, title] of Object.entries(ROLES)) {
    const lines = found.filter((one) => one.role === role);
    if (lines.length > 0) process.stdout.write(`\n${title}\n`);
    for (const { file, line, text } of lines)
      process.stdout.write(`  ${`${file}:${line}`.padEnd(52)} ${text}\n`);
  }
} else {
  const failure = { code: "where.unknown-tag", message: `"${written}" is no attribute of DICOM PS3.6.` };
  process.stderr.write(`${failure.code}: ${failure.message} Write it as 0010,0010 or PatientName.\n`);
  process.exitCode = 1;
}

/** Code and tables that run at a site: no tests, no package files. */
function sources(): Map<string, string> {
  const passedBy = /\.test\.|\/testing\/|\/node_modules\/|\/migrations\/|(?:package|tsconfig)\.json$/;
  const paths = globSync("{core,sdk,plugins}/**/*.{ts,json,yaml}", { cwd: ROOT }).map((path) =>
    path.replaceAll("\\", "/"),
  );
  const files = paths.filter((path) => !passedBy.test(path)).sort();
  return new Map(files.map((path) => [path, readFileSync(join(ROOT, path), "utf8")]));
}
