// Keeps what an outcome brings along: files to their trees before the ledger writes, rows in the ledger's transaction.
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { type NewResult, type Outcome, Permanent, Transient } from "@thalamus/sdk";
import { Study } from "../database/entities/study.ts";
import { judgeCopy } from "../deidentified/judge-copy.ts";
import { keepCopy, removeOrphan } from "../deidentified/keep-copy.ts";
import {
  journalMismatch,
  matchResult,
  ResultMismatch,
  type ResultRefusal,
} from "../deidentified/match-result.ts";
import { stageCopy } from "../deidentified/stage-copy.ts";
import type { PseudonymVault } from "../deidentified/vault.ts";
import type { FileTrees } from "../files/file-trees.ts";
import type { Reader } from "../files/reader.ts";
import { keepFiles, recordResult, removeResultOrphan } from "../studies/keep-result.ts";
import type { ClaimedStep } from "./step-claim.ts";
import { workspaceOf } from "./step-view.ts";
import { viewStudy } from "./study-view.ts";

export interface KeeperParts {
  readonly orm: MikroORM;
  readonly trees: FileTrees;
  readonly vault: PseudonymVault;
  /** Whether the plugin sends studies out: what it brings back must say whose it is. */
  readonly reader: Reader;
  /** Told of each result that is somebody else's. */
  readonly mismatched: (code: ResultRefusal) => void;
}

/** An outcome that is ready for the ledger. */
export interface Kept {
  readonly outcome: Outcome;
  /** Work of the ledger's transaction. */
  readonly before?: (em: EntityManager) => Promise<void>;
  /** When the claim was lost, or the transaction refused for good. */
  readonly undo?: () => Promise<void>;
}

type Transformed = Extract<Outcome, { kind: "transformed" }>;

export class OutcomeKeeper {
  readonly #parts: KeeperParts;
  /** The ledger may be asked again with the same outcome while the database is away; files move once. */
  readonly #kept = new WeakMap<Outcome, Kept>();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** Never rejects for what the plugin brought: that makes another outcome of it. */
  async keep(row: ClaimedStep, outcome: Outcome): Promise<Kept> {
    const known = this.#kept.get(outcome);
    if (known) return known;
    const kept = await this.#keep(row, outcome);
    this.#kept.set(outcome, kept);
    return kept;
  }

  async #keep(row: ClaimedStep, outcome: Outcome): Promise<Kept> {
    try {
      if (outcome.kind === "processed") return await this.#keepResult(row, outcome.result);
      if (outcome.kind === "transformed") return await this.#keepCopy(row, outcome);
      return { outcome };
    } catch (error) {
      return this.refusedBy(row, error) ?? { outcome: retryOf(error) };
    }
  }

  /** What becomes of a step whose outcome cannot be kept; undefined for a fault of the hub or its database. */
  refusedBy(row: ClaimedStep, error: unknown): Kept | undefined {
    if (error instanceof Transient)
      return { outcome: { kind: "retry", code: error.code, message: error.message } };
    if (!(error instanceof Permanent)) return undefined;
    const outcome = { kind: "rejected", code: error.code, message: error.message } as const;
    if (!(error instanceof ResultMismatch)) return { outcome };
    this.#parts.mismatched(error.code);
    return { outcome, before: (em) => journalMismatch(em, row.id, error) };
  }

  async #keepResult(row: ClaimedStep, result: NewResult): Promise<Kept> {
    const { orm, trees, reader } = this.#parts;
    if (reader === "outbound") await matchResult(orm.em.fork(), claimOf(row, result));
    const undo = () => removeResultOrphan(orm, trees.results, row);
    try {
      const files = await keepFiles(trees.results, row, result, workspaceOf(trees, row));
      const outcome = { kind: "processed", result } as const;
      return { outcome, before: (em) => recordResult(em, row, result, files), undo };
    } catch (error) {
      await undo();
      throw error;
    }
  }

  async #keepCopy(row: ClaimedStep, { copy }: Transformed): Promise<Kept> {
    const { orm, trees } = this.#parts;
    const study = viewStudy(
      this.#parts,
      await orm.em.fork().findOneOrFail(Study, row.study.id),
      row.revision,
    );
    judgeCopy(copy, await study.instances(), study.identity.reveal());
    const staged = await stageCopy(copy, workspaceOf(trees, row));
    return {
      // the files are rows of their own; thousands of them would be read with every look at the step
      outcome: { kind: "transformed", copy: { ...copy, files: [] } },
      before: (em) => keepCopy(em, this.#parts, row, copy, staged),
      undo: () => removeOrphan(orm, trees, row),
    };
  }
}

function claimOf(row: ClaimedStep, { subject }: NewResult) {
  if (row.order && subject) return { orderId: row.order.id, ...subject };
  throw new ResultMismatch(
    "result.no-subject",
    "A result from outside must say whose it is, and this one does not.",
  );
}

function retryOf(error: unknown): Outcome {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown";
  return {
    kind: "retry",
    code: "result.not-kept",
    message: `The result's files could not be kept (${code}).`,
  };
}
