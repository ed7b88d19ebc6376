// Programs of util-linux that confine a process, and whether they may do so here.
import { execFile } from "node:child_process";

/** Where Debian and its kin keep them; other systems go without. */
export const TOOLS = {
  shell: "/bin/sh",
  setpriv: "/usr/bin/setpriv",
  prlimit: "/usr/bin/prlimit",
  taskset: "/usr/bin/taskset",
  unshare: "/usr/bin/unshare",
} as const;

const LONGEST_TRIAL_MS = 5000;

/** Whether a command line can be run here and ends well. */
export function works(words: readonly string[]): Promise<boolean> {
  const [program = "", ...args] = words;
  return new Promise((resolve) => {
    execFile(program, args, { timeout: LONGEST_TRIAL_MS }, (error) => resolve(error === null));
  });
}

export const isRoot = (): boolean => process.getuid?.() === 0;
