// Builds what a plugin sees of a step, from its rows.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import {
  type CheckStep,
  type DeliverStep,
  type OrderStep,
  type OrderView,
  type OutboundFactName,
  type OutboundStep,
  type ProcessStep,
  type TransformStep,
  Transient,
} from "@thalamus/sdk";
import { Order } from "../database/entities/order.ts";
import { Study } from "../database/entities/study.ts";
import { viewCopy } from "../deidentified/copy-view.ts";
import { lastManifest } from "../deidentified/manifest-chain.ts";
import { tellFacts } from "../deidentified/outbound-facts.ts";
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
  /** What one that sends studies out may be told of the patient. */
  readonly tells: readonly OutboundFactName[];
}

/** What the runner lends a step: its signal and its way to the ledger. */
export type StepHandle = Pick<OrderStep, "signal" | "acting" | "progress" | "memo" | "remember">;

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
  const { memo, remember, ...own } = handle;
  const base = { id: row.id, attempt: row.attempt, workspace, ...own };
  const carriesOut = async () => ({
    ...{ ...base, memo, remember, round: row.round },
    order: await viewOrder(em, row),
  });
  if (parts.reader === "outbound") {
    const facts = () => tellFacts(parts.orm, row, parts.tells);
    return { ...(await carriesOut()), study: await viewCopy(parts, row), facts };
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
      return { ...(await carriesOut()), study };
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
