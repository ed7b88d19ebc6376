// Builds what a plugin sees of a step, from its rows.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import {
  type CheckStep,
  type DeliverStep,
  type OrderView,
  type OutboundStep,
  type ProcessStep,
  type StepBase,
  type TransformStep,
  Transient,
} from "@thalamus/sdk";
import { Order } from "../database/entities/order.ts";
import { Study } from "../database/entities/study.ts";
import { viewCopy } from "../deidentified/copy-view.ts";
import { lastManifest } from "../deidentified/manifest-chain.ts";
import type { FileTrees } from "../files/file-trees.ts";
import type { Reader } from "../files/reader.ts";
import { readReports } from "./report-view.ts";
import type { ClaimedStep } from "./step-claim.ts";
import { viewStudy } from "./study-view.ts";

export type AnyStep = CheckStep | TransformStep | ProcessStep | OutboundStep | DeliverStep;

export interface ViewParts {
  readonly orm: MikroORM;
  readonly trees: FileTrees;
  /** Whether the plugin sends studies out: it gets no view of what was received, whatever its step is. */
  readonly reader: Reader;
}

/** What the runner lends a step: its signal and its way to the ledger. */
export type StepHandle = Pick<StepBase, "signal" | "acting" | "progress">;

/** Folder of one try of a step: whoever tries again has another one, also while the first one is cleared away. */
export const workspaceOf = (
  trees: FileTrees,
  { id, claimToken }: Pick<ClaimedStep, "id" | "claimToken">,
): string => join(trees.work, `${id}.${claimToken}`);

/** @param reports of all steps that were claimed together */
export async function viewStep(
  parts: ViewParts,
  row: ClaimedStep,
  handle: StepHandle,
  reports = readReports(parts, [row]),
): Promise<AnyStep> {
  const em = parts.orm.em.fork();
  const folder = workspaceOf(parts.trees, row);
  const workspace = async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch(noFolder);
    return folder;
  };
  const base = { id: row.id, attempt: row.attempt, workspace, ...handle };
  if (parts.reader === "outbound") {
    return { ...base, study: await viewCopy(parts, row), order: await viewOrder(em, row) };
  }
  if (row.phase === "deliver") return { ...base, ...(await reports)(row) };
  const study = viewStudy(parts, await em.findOneOrFail(Study, row.study.id), row.revision);
  switch (row.phase) {
    case "check":
      return { ...base, study };
    case "deidentify": {
      const previousManifest = () => lastManifest(parts.orm.em.fork());
      return { ...base, study, released: row.released, previousManifest };
    }
    case "process":
      return { ...base, study, order: await viewOrder(em, row) };
  }
}

async function viewOrder(em: EntityManager, row: ClaimedStep): Promise<OrderView> {
  const { id, product, params } = await em.findOneOrFail(Order, row.order!.id);
  return { id, product, params };
}

/** The disk is full, or away: it may pass, and is no fault of the plugin either. */
function noFolder({ code }: NodeJS.ErrnoException): never {
  throw new Transient("step.unreadable", `The folder of the step could not be made (${code ?? "unknown"}).`);
}
