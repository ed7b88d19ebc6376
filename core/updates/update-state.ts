// Where an update stands, on disk: it outlives the hub that begins it and the one that ends it. No import but of Node.js:
// the watchdog reads it, too.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { SwitchPlan } from "./switch-plan.ts";

export const UPDATE_PHASES = ["pending", "switching", "verifying", "done", "rolled-back", "failed"] as const;
export type UpdatePhase = (typeof UPDATE_PHASES)[number];

export interface UpdateState {
  readonly id: string;
  readonly phase: UpdatePhase;
  readonly from: string;
  readonly to: string;
  readonly updater: "systemd" | "compose";
  readonly startedBy: string;
  readonly startedAt: string;
  readonly changedAt: string;
  /** What is being done, or why it ended so. */
  readonly message: string;
  readonly limitSeconds: number;
  /** By then the new version has to work. */
  readonly deadline?: string;
  /** There once everything is prepared. */
  readonly plan?: SwitchPlan;
  /** Its end is in the journal. */
  readonly told?: boolean;
}

/** The one table of legal moves. `failed` ends an update before anything was changed. */
const MOVES: Readonly<Record<UpdatePhase, readonly UpdatePhase[]>> = {
  pending: ["pending", "switching", "failed"],
  switching: ["verifying", "rolled-back"],
  verifying: ["verifying", "done", "rolled-back"],
  done: ["done"],
  "rolled-back": ["rolled-back"],
  failed: ["failed"],
};
const ENDS: readonly UpdatePhase[] = ["done", "rolled-back", "failed"];

export const isOver = ({ phase }: Pick<UpdateState, "phase">): boolean => ENDS.includes(phase);

/** Holding it takes a moment; one so old was left behind by a process that died. */
const STALE_LOCK_MS = 30_000;
const LOCK_LOOK_MS = 20;

export class UpdateFile {
  readonly folder: string;
  readonly #path: string;
  readonly #lock: string;

  constructor(folder: string) {
    this.folder = folder;
    this.#path = join(folder, "state.json");
    this.#lock = join(folder, "state.lock");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  get logPath(): string {
    return join(this.folder, "update.log");
  }

  read(): UpdateState | undefined {
    try {
      return JSON.parse(readFileSync(this.#path, "utf8")) as UpdateState;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** @returns false when another update is under way */
  begin(state: UpdateState): Promise<boolean> {
    return this.#alone(() => {
      const now = this.read();
      if (now && !isOver(now)) return false;
      this.#write(state);
      return true;
    });
  }

  /**
   * Changes the state, if the move is a legal one.
   * @returns what it is now; undefined when it was another update's, or had moved on meanwhile
   */
  move(
    id: string,
    to: UpdatePhase,
    change: Partial<Omit<UpdateState, "id" | "phase">> = {},
  ): Promise<UpdateState | undefined> {
    return this.#alone(() => {
      const now = this.read();
      if (now?.id !== id || !MOVES[now.phase].includes(to)) return undefined;
      const next = { ...now, ...change, phase: to, changedAt: new Date().toISOString() };
      this.#write(next);
      return next;
    });
  }

  /** Whole or not at all, also when the power goes. */
  #write(state: UpdateState): void {
    const part = `${this.#path}.part`;
    const file = openSync(part, "w", 0o600);
    writeSync(file, JSON.stringify(state, null, 2));
    fsyncSync(file);
    closeSync(file);
    renameSync(part, this.#path);
    const folder = openSync(this.folder, "r");
    fsyncSync(folder);
    closeSync(folder);
  }

  /** The hub and the watchdog must not both decide how it ended. */
  async #alone<T>(work: () => T): Promise<T> {
    for (;;) {
      try {
        mkdirSync(this.#lock);
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        if (ageOf(this.#lock) > STALE_LOCK_MS) rmSync(this.#lock, { recursive: true, force: true });
        else await new Promise((next) => setTimeout(next, LOCK_LOOK_MS));
      }
    }
    try {
      return work();
    } finally {
      rmSync(this.#lock, { recursive: true, force: true });
    }
  }
}

function ageOf(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
