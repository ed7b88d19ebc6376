// Keeps what the sender chose with its study: the first choice counts, and what differs is journalled once.
import type { EntityManager } from "@mikro-orm/postgresql";
import type { StudyRow } from "../database/entities/study.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";
import type { Arrival } from "./group-commit.ts";
import type { ProductChoice } from "./product-tag.ts";
import { keyOfRow, studyKeyOf } from "./study-key.ts";

/** How many studies are remembered; forgetting one costs a little work, nothing else. */
const REMEMBERED = 5000;

export class StudyProducts {
  readonly #log: HubLog;
  /** Choices that are dealt with, by study. */
  readonly #settled = new Map<string, Set<string>>();

  constructor(log: HubLog) {
    this.#log = log;
  }

  /** Whether the instance chooses nothing, or what its study is known to have dealt with: then nothing is to do. */
  isSettled(arrival: Arrival): boolean {
    const { chosen } = arrival.header;
    return chosen === undefined || this.#settled.get(studyKeyOf(arrival))?.has(keyOf(chosen)) === true;
  }

  /** Writes what instances choose that are new to their study, whose lock the caller holds. */
  async settle(em: EntityManager, study: StudyRow, fresh: readonly Arrival[]): Promise<void> {
    // the same examination after its study was deleted
    if (study.instanceCount === 0) this.#settled.delete(keyOfRow(study));
    const choices = new Map<string, ProductChoice>();
    for (const { header } of fresh) if (header.chosen) choices.set(keyOf(header.chosen), header.chosen);
    for (const choice of choices.values()) await this.#settleOne(em, study, choice);
  }

  /** After the commit; before it a choice could be lost. */
  remember(arrivals: readonly Arrival[]): void {
    for (const arrival of arrivals) {
      const { chosen } = arrival.header;
      if (!chosen) continue;
      if (this.#settled.size >= REMEMBERED) this.#settled.clear();
      const study = studyKeyOf(arrival);
      const keys = this.#settled.get(study) ?? new Set();
      this.#settled.set(study, keys.add(keyOf(chosen)));
    }
  }

  async #settleOne(em: EntityManager, study: StudyRow, choice: ProductChoice): Promise<void> {
    const { products, unknown } = choice;
    const known = products.length;
    if (unknown && (await journalOnce(em, "study.product-unknown", study.id, { code: UNKNOWN, known }))) {
      this.#log.warn("study.product-unknown", { code: UNKNOWN, study: study.id, known });
    }
    if (known === 0) return;
    if (!study.products) {
      study.products = [...products];
      await journal(em, { event: "study.products-chosen", studyId: study.id, detail: { products } });
    } else if (study.products.join() !== products.join()) {
      const detail = { kept: study.products, passedOver: products };
      await journalOnce(em, "study.products-differ", study.id, detail);
    }
  }
}

const UNKNOWN = "intake.unknown-product";

const keyOf = ({ products, unknown }: ProductChoice): string => `${products.join()} ${unknown}`;

/** The caller holds the lock on the study, so nobody else writes the same line meanwhile. */
async function journalOnce(
  em: EntityManager,
  event: string,
  studyId: string,
  detail: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const there = await em.execute<unknown[]>(
    "select 1 from journal where study_id = ? and event = ? limit 1",
    [studyId, event],
  );
  if (there.length > 0) return false;
  await journal(em, { event, studyId, detail });
  return true;
}
