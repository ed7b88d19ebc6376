// Fails when the lock file lacks an optional dependency that a locked package names: npm ci would refuse it.
import { readFileSync } from "node:fs";

const { packages } = JSON.parse(readFileSync(process.argv[2] ?? "package-lock.json", "utf8"));
const locked = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, "")));
const gaps = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
  Object.keys(optionalDependencies)
    .filter((name) => !locked.has(name))
    .map((name) => `${path || "(root)"} wants ${name}, which is not locked`),
);
if (gaps.length > 0) process.stderr.write(`${gaps.join("\n")}\n`);
process.exitCode = gaps.length > 0 ? 1 : 0;
