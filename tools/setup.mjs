// Makes node_modules match the lock file and the console's bundle match its sources; runs on Node 18 or newer.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const NEEDED = 24;

step("node_modules/.lock-installed", ["package-lock.json"], "Installing packages", [
  "npm",
  "ci",
  "--loglevel=error",
]);
checkNode();
mkdirSync("admin/dist", { recursive: true });
const consoleSources = [...filesUnder("admin"), ...filesUnder("sdk/ui"), "package-lock.json"];
step("admin/dist/.built", consoleSources, "Building the console", ["npm", "run", "-s", "build:admin"]);

/** Runs a command unless the stamp says that it ran for just these files. */
function step(stamp, files, title, command) {
  const wanted = hashOf(files);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write(`${title} …\n`);
  const run = spawnSync(command[0], command.slice(1), {
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (run.status !== 0) {
    process.stderr.write(`${title} failed: ${command.join(" ")}\n`);
    process.exit(run.status ?? 1);
  }
  writeFileSync(stamp, wanted);
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== "node_modules" && name !== "dist")
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(path) : [path];
    })
    .sort();
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(file));
  return hash.digest("hex");
}

/** npm puts the Node of the lock file first on the PATH of its scripts; elsewhere the site brings its own. */
function checkNode() {
  const { stdout } = spawnSync("node", ["-p", "process.versions.node"], { encoding: "utf8" });
  const version = stdout?.trim() ?? "none";
  if (Number(version.split(".")[0]) >= NEEDED) return;
  process.stderr.write(`Node ${version} is too old: Thalamus runs on Node ${NEEDED} or newer.\n`);
  process.stderr.write("On Linux x64 and arm64 npm brings it along; elsewhere install it, then try again.\n");
  process.exit(1);
}
