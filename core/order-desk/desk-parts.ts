// What the order desk works with.
import type { KeyObject } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { CloudAccess, Metrics } from "@thalamus/sdk";
import type { CloudSettings } from "../config/cloud-settings.ts";
import type { UploadSettings } from "../config/upload-settings.ts";
import type { FileTrees } from "../files/file-trees.ts";
import type { FreeSpace } from "../files/free-space.ts";
import type { DurableIntake } from "../intake/intake.ts";
import type { Stability } from "../intake/stability.ts";
import type { HubLog } from "../observe/log.ts";
import type { Route } from "../steps/route.ts";
import type { StepActions } from "../steps/step-actions.ts";
import type { StudyPurge } from "../upkeep/study-purge.ts";
import type { PartStores } from "./stores/part-stores.ts";

export interface DeskParts {
  readonly orm: MikroORM;
  readonly hubId: string;
  readonly trees: FileTrees;
  readonly space: FreeSpace;
  readonly intake: Pick<DurableIntake, "open">;
  readonly stability: Pick<Stability, "makeStable">;
  readonly route: Route;
  readonly actions: Pick<StepActions, "cancelStudy">;
  readonly purge: Pick<StudyPurge, "purge">;
  readonly access: Pick<CloudAccess, "productNamed" | "countUse" | "orderDays">;
  readonly settings: CloudSettings;
  /** Limits of archives, which are those of other uploads too. */
  readonly uploads: UploadSettings;
  readonly stores: PartStores;
  /** Signs addresses of parts. */
  readonly addressKey: KeyObject;
  /** Files are complete, or work is to be stopped: somebody should look now. */
  readonly wake: () => void;
  readonly log: HubLog;
  readonly metrics: Metrics;
}
