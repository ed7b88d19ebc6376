// What this machine can enforce on a product that runs as a process, found out once, and the words that do it.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handOver, type RunUser } from "../run-user.ts";
import type { ProductRun, RunFolders } from "../runner.ts";
import { ControlGroup, findGroupParent, type GroupParent } from "./control-group.ts";
import { mountWords, ownPlace } from "./private-mounts.ts";
import { ProcessorShares } from "./processor-shares.ts";
import { isRoot, TOOLS, works } from "./system-tools.ts";

/** Everything a site may want of a run, in the order in which people ask for it. */
export const GUARDS = [
  /** The product has no network. */
  "no-network",
  /** Received files cannot be written to. */
  "read-only-input",
  /** No way to more rights than the product starts with. */
  "no-privileges",
  /** The product runs as a user of its own. */
  "own-user",
  /** The kernel ends the product, and not the hub, at the memory limit. */
  "memory-limit",
  /** The product runs on so many processors and no others. */
  "cpu-limit",
  /** The product is told to end when the hub is killed. */
  "ends-with-hub",
] as const;
export type Guard = (typeof GUARDS)[number];

/** A run inside of its confinement. */
export interface Confined extends AsyncDisposable {
  /** Stand before the product's own words. */
  readonly words: readonly string[];
  /** Where the product sees its folders. */
  readonly folders: RunFolders;
  readonly group: ControlGroup | undefined;
}

interface Means {
  readonly unshare: readonly string[] | undefined;
  readonly mounts: boolean;
  readonly setpriv: readonly string[] | undefined;
  readonly parent: GroupParent | undefined;
  readonly taskset: boolean;
  readonly prlimit: boolean;
  readonly user: RunUser | undefined;
}

export class Confinement {
  readonly #means: Means;
  readonly #shares = new ProcessorShares();

  private constructor(means: Means) {
    this.#means = means;
  }

  /** Nothing but a process group. */
  static readonly none = new Confinement({
    ...{ unshare: undefined, mounts: false, setpriv: undefined, parent: undefined },
    ...{ taskset: false, prlimit: false, user: undefined },
  });

  /** Tries everything out on this machine. @param user wanted; only root can change it */
  static async find(user?: RunUser): Promise<Confinement> {
    const other = isRoot() ? user : undefined;
    const [setpriv, parent, taskset, prlimit] = await Promise.all([
      findSetpriv(other),
      findGroupParent(),
      works([TOOLS.taskset, "-c", new ProcessorShares().take(1).list, "true"]),
      works([TOOLS.prlimit, "--core=0", "--", "true"]),
    ]);
    const spaces = await findSpaces(other, setpriv ?? []);
    // without mounts of its own another user could not reach its folders
    if (other && !spaces.mounts) return Confinement.find();
    const own = setpriv ? other : undefined;
    return new Confinement({
      ...{ unshare: spaces.words, mounts: spaces.mounts, setpriv, parent },
      ...{ taskset, prlimit, user: own },
    });
  }

  enforces(guard: Guard): boolean {
    const { unshare, mounts, setpriv, parent, taskset, user } = this.#means;
    switch (guard) {
      case "no-network":
        return unshare !== undefined;
      case "read-only-input":
        return mounts;
      case "no-privileges":
      case "ends-with-hub":
        return setpriv !== undefined;
      case "own-user":
        return user !== undefined;
      case "memory-limit":
        return parent !== undefined;
      case "cpu-limit":
        return taskset;
    }
  }

  /** The user that products get, when it is not the hub's own. */
  get user(): RunUser | undefined {
    return this.#means.user;
  }

  /** Ends what is in the control group of a run whose hub died, and removes the group. */
  async clearAfter(run: string): Promise<void> {
    const { parent } = this.#means;
    if (parent) await ControlGroup.left(parent, groupName(run))[Symbol.asyncDispose]();
  }

  async enter(run: Pick<ProductRun, "id" | "product" | "folders" | "limits">): Promise<Confined> {
    const { unshare = [], mounts, setpriv = [], parent, taskset, prlimit, user } = this.#means;
    const { folders, limits, product } = run;
    await using stack = new AsyncDisposableStack();
    if (user) await handOver(folders, user);
    const place = user && ownPlace([product.folder, process.execPath]);
    const group = parent && stack.use(await ControlGroup.make(parent, groupName(run.id)));
    if (group && limits.memoryBytes !== undefined) await group.limitMemory(limits.memoryBytes);
    const share =
      taskset && limits.cpus !== undefined ? stack.use(this.#shares.take(limits.cpus)) : undefined;
    const kept = stack.move();
    return {
      words: [
        ...(group ? [TOOLS.shell, "-c", 'echo $$ >"$0" && exec "$@"', group.members] : []),
        ...(share ? [TOOLS.taskset, "-c", share.list] : []),
        // a core file would hold pixels of the patient
        ...(prlimit ? [TOOLS.prlimit, "--core=0", "--"] : []),
        ...unshare,
        ...(mounts ? mountWords(folders, place) : []),
        ...setpriv,
      ],
      folders: place?.folders ?? folders,
      group,
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    };
  }
}

const groupName = (run: string): string => `thalamus-${run}`;

/** A network of its own without a way out, and mounts of its own: as root, or in a user namespace. */
async function findSpaces(user: RunUser | undefined, setpriv: readonly string[]) {
  const own = isRoot() ? [] : ["--user", "--map-current-user", "--keep-caps"];
  const both = [TOOLS.unshare, ...own, "--net", "--mount", "--"];
  const folder = await mkdtemp(join(tmpdir(), "thalamus-trial-"));
  try {
    const folders = { in: join(folder, "in"), out: join(folder, "out"), work: join(folder, "work") };
    for (const one of Object.values(folders)) await mkdir(one);
    if (user) await handOver(folders, user);
    const place = user && ownPlace([process.execPath]);
    const sees = place?.folders ?? folders;
    const trial = `! touch ${sees.in}/x 2>/dev/null && touch ${sees.out}/x && test -x ${process.execPath}`;
    const words = [...both, ...mountWords(folders, place), ...setpriv, TOOLS.shell, "-c", trial];
    if ((!user || place) && (await works(words))) return { words: both, mounts: true };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const network = [TOOLS.unshare, ...own, "--net", "--"];
  return { words: (await works([...network, "true"])) ? network : undefined, mounts: false };
}

/** No new rights, none of root's, and an end together with the hub. */
async function findSetpriv(user: RunUser | undefined): Promise<readonly string[] | undefined> {
  const change = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"] : [];
  const none = ["--inh-caps=-all", "--ambient-caps=-all", ...(isRoot() ? ["--bounding-set=-all"] : [])];
  for (const rights of [none, []]) {
    const options = [...change, "--no-new-privs", ...rights, "--pdeathsig", "TERM"];
    const words = [TOOLS.setpriv, ...options, "--"];
    if (await works([...words, "true"])) return words;
  }
  return undefined;
}
