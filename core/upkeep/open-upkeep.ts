// Puts together the work that comes again.
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { UpkeepSettings } from "../config/upkeep-settings.ts";
import type { HubPresence } from "../database/hub-presence.ts";
import type { Reconciliation } from "../deliveries/reconciliation.ts";
import type { FileTrees } from "../files/file-trees.ts";
import type { FolderMarks } from "../intake/folder-marks.ts";
import type { HubLog } from "../observe/log.ts";
import { ChoreClock, type ChoreDeclaration } from "./chore-clock.ts";
import { Retention } from "./retention.ts";
import { StudyPurge } from "./study-purge.ts";

export interface UpkeepSource {
  readonly orm: MikroORM;
  readonly presence: HubPresence;
  readonly trees: FileTrees;
  readonly marks: FolderMarks;
  readonly dataFolder: string;
  readonly settings: UpkeepSettings;
  readonly reconciliation: Reconciliation;
  /** Of other parts of the hub. */
  readonly chores: readonly ChoreDeclaration[];
  readonly log: HubLog;
}

export interface Upkeep {
  readonly clock: ChoreClock;
  readonly retention: Retention;
  readonly purge: StudyPurge;
}

/** Starts the clock, after what a dead hub was deleting is deleted or put back. */
export async function openUpkeep({
  orm,
  presence,
  trees,
  marks,
  dataFolder,
  settings,
  reconciliation,
  chores: others,
  log,
}: UpkeepSource): Promise<Upkeep> {
  const purge = new StudyPurge({ orm, trees, marks, log });
  const logFolder = join(dataFolder, "logs");
  const retention = new Retention({
    ...{ orm, purge, logFolder, log },
    get settings() {
      return settings.retention;
    },
  });
  const chores = [
    {
      name: "retention",
      title: "Delete what is older than it is to be kept",
      get schedule() {
        return settings.retention.schedule;
      },
      run: (signal: AbortSignal) => retention.run(signal),
    },
    {
      name: "reconciliation",
      title: "Look for results that no destination has confirmed",
      get schedule() {
        return settings.reconciliation.schedule;
      },
      run: () => reconciliation.run(),
    },
    ...others,
  ];
  const clock = new ChoreClock({ orm, presence, chores, timeZone: settings.timeZone, log });
  await purge.recover();
  await clock.start();
  return { clock, retention, purge };
}
