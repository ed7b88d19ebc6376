// Where control groups can be made, and what the kernel counts in one.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { ControlGroup, candidates, findGroupParent } from "./control-group.ts";

const parent = await findGroupParent();

test("version 2: new groups stand beside the hub's own, which has processes", () => {
  const own = "0::/system.slice/thalamus.service/hub\n";
  const mounts = "31 24 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
  const folder = "/sys/fs/cgroup/system.slice/thalamus.service";
  expect(candidates(own, mounts)).toEqual([{ version: "v2", folder }]);
});

test("version 2 in a container: the hub's own group is the root it sees", () => {
  const mounts = "31 24 0:27 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw\n";
  expect(candidates("0::/\n", mounts)).toEqual([{ version: "v2", folder: "/sys/fs/cgroup/" }]);
});

test("version 1: below the hub's own group of the memory controller", () => {
  const own = "4:memory:/service\n3:cpuset:/\n0::/\n";
  const mounts = "40 30 0:33 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";
  expect(candidates(own, mounts)).toEqual([{ version: "v1", folder: "/sys/fs/cgroup/memory/service" }]);
});

test("nothing where there are no control groups", async () => {
  expect(candidates("", "")).toEqual([]);
  expect(await findGroupParent("/nowhere")).toBeUndefined();
});

test.runIf(parent)(
  "A-208 the kernel ends what takes more memory than its group may, and counts it",
  async () => {
    const group = await ControlGroup.make(parent!, `thalamus-test-${process.pid}`);
    await group.limitMemory(150 * 1024 ** 2);
    const hog = "const held = []; for (;;) held.push(Buffer.alloc(16 * 1024 ** 2, 1));";
    const join = 'echo $$ >"$0" && exec "$@"';
    const child = spawn("/bin/sh", ["-c", join, group.members, process.execPath, "-e", hog], {
      stdio: "ignore",
    });
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    expect(await group.memoryKills()).toBeGreaterThan(0);
    await group[Symbol.asyncDispose]();
    expect(existsSync(group.folder)).toBe(false);
  },
);

test.runIf(parent)(
  "the group that a killed hub left is removed, and one that is not there is no fault",
  async () => {
    const { folder } = await ControlGroup.make(parent!, `thalamus-dead-${process.pid}`);
    for (let time = 0; time < 2; time += 1) {
      await ControlGroup.left(parent!, `thalamus-dead-${process.pid}`)[Symbol.asyncDispose]();
      expect(existsSync(folder)).toBe(false);
    }
  },
);

test.runIf(parent)("whatever is left in a group ends with it, also what left the process group", async () => {
  const group = await ControlGroup.make(parent!, `thalamus-left-${process.pid}`);
  const join = 'echo $$ >"$0" && exec "$@"';
  const words = ["-c", join, group.members, process.execPath, "-e", "setInterval(() => {}, 1000)"];
  const child = spawn("/bin/sh", words, { stdio: "ignore", detached: true });
  const ended = once(child, "exit");
  await once(child, "spawn");
  await group[Symbol.asyncDispose]();
  // it may have joined after the last look: then the group is still there, and not forgotten
  if (existsSync(group.folder)) await group[Symbol.asyncDispose]();
  await ended;
});
