// Memory of a run as the kernel counts it: a control group of its own, where the hub may make one (cgroup v2, v1).
import { mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Names of the files that differ between the two versions. */
const FILES = {
  v2: { limit: "memory.max", swap: "memory.swap.max", events: "memory.events" },
  v1: { limit: "memory.limit_in_bytes", swap: "memory.memsw.limit_in_bytes", events: "memory.oom_control" },
} as const;

const REMOVAL_TRIES = 20;
const REMOVAL_WAIT_MS = 25;

/** A folder of the cgroup file system below which groups can be made. */
export interface GroupParent {
  readonly version: keyof typeof FILES;
  readonly folder: string;
}

/**
 * Looks for a place where this process may make control groups with a memory limit, by making one.
 * @param proc `/proc/self`, unless a test has another
 * @returns undefined where there is none, which is the rule in a container
 */
export async function findGroupParent(proc = "/proc/self"): Promise<GroupParent | undefined> {
  const own = await readFile(join(proc, "cgroup"), "utf8").catch(() => "");
  const mounts = await readFile(join(proc, "mountinfo"), "utf8").catch(() => "");
  for (const parent of candidates(own, mounts)) {
    try {
      await using group = await ControlGroup.make(parent, `thalamus-trial-${process.pid}`);
      await group.limitMemory(2 ** 30);
      return parent;
    } catch {
      // not here
    }
  }
  return undefined;
}

/**
 * @param own `/proc/self/cgroup`
 * @param mounts `/proc/self/mountinfo`
 */
export function candidates(own: string, mounts: string): GroupParent[] {
  const mounted = mounts.split("\n").map((line) => {
    const [fields = "", rest = ""] = line.split(" - ");
    const [type = "", , options = ""] = rest.split(" ");
    return { point: fields.split(" ")[4] ?? "", type, options: options.split(",") };
  });
  const found: GroupParent[] = [];
  for (const line of own.split("\n")) {
    const [, controllers = "", path = ""] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === "") continue;
    if (controllers === "") {
      const mount = mounted.find(({ type }) => type === "cgroup2");
      // a group with processes cannot give controllers to groups in it, so the new ones stand beside the hub's
      if (mount) found.push({ version: "v2", folder: join(mount.point, dirname(path)) });
    } else if (controllers.split(",").includes("memory")) {
      const mount = mounted.find(({ type, options }) => type === "cgroup" && options.includes("memory"));
      if (mount) found.push({ version: "v1", folder: join(mount.point, path) });
    }
  }
  return found;
}

/** One control group; whoever disposes of it ends everything in it. */
export class ControlGroup implements AsyncDisposable {
  readonly folder: string;
  readonly #version: GroupParent["version"];

  private constructor({ version, folder }: GroupParent, name: string) {
    this.#version = version;
    this.folder = join(folder, name);
  }

  static async make(parent: GroupParent, name: string): Promise<ControlGroup> {
    const group = new ControlGroup(parent, name);
    await mkdir(group.folder);
    return group;
  }

  /** One that may be there, of a hub that died. */
  static left(parent: GroupParent, name: string): ControlGroup {
    return new ControlGroup(parent, name);
  }

  /** A process that writes its number here is in the group from then on. */
  get members(): string {
    return join(this.folder, "cgroup.procs");
  }

  async limitMemory(bytes: number): Promise<void> {
    const { limit, swap } = FILES[this.#version];
    await writeFile(join(this.folder, limit), String(bytes));
    // version 1 counts memory and swap together, version 2 apart; a kernel without swap has neither file
    const most = this.#version === "v2" ? 0 : bytes;
    await writeFile(join(this.folder, swap), String(most)).catch(() => undefined);
  }

  /** How many processes of the group the kernel killed for want of memory. */
  async memoryKills(): Promise<number> {
    const text = await readFile(join(this.folder, FILES[this.#version].events), "utf8").catch(() => "");
    return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
  }

  /** Ends everything in the group, also what left the process group. */
  async kill(): Promise<void> {
    const all = writeFile(join(this.folder, "cgroup.kill"), "1", { flag: "r+" });
    if (await all.then(() => true).catch(() => false)) return;
    const members = await readFile(this.members, "utf8").catch(() => "");
    for (const pid of members.split("\n").filter((line) => line !== "")) killQuietly(Number(pid));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // what was just killed takes a moment to leave
    for (let tries = 0; tries < REMOVAL_TRIES; tries += 1) {
      await this.kill();
      if (
        await rmdir(this.folder).then(
          () => true,
          ({ code }) => code === "ENOENT",
        )
      )
        return;
      await delay(REMOVAL_WAIT_MS);
    }
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it was gone
  }
}
