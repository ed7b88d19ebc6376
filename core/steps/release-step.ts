// A person lets lines pass that held a de-identification: the step runs again, and knows about it.
import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { Step, type StepRow } from "../database/entities/step.ts";
import { Study } from "../database/entities/study.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import { namesPatient } from "../quality/names-patient.ts";

import type { Route } from "./route.ts";
import { move } from "./step-claim.ts";
import type { StepQueue } from "./step-queue.ts";

export interface Release {
  readonly stepId: string;
  /** Ids of lines of the outcome that held it. */
  readonly lines: readonly string[];
  readonly reason: string;
  readonly actor: string;
}

export type ReleaseAnswer = "released" | "no-step" | "not-held" | "no-such-line" | "names-patient";

export interface ReleaseParts {
  readonly orm: MikroORM;
  readonly queue: StepQueue;
  readonly route: Route;
}

export function releaseStep({ orm, queue, route }: ReleaseParts, release: Release): Promise<ReleaseAnswer> {
  const { stepId, lines } = release;
  return orm.em.fork().transactional(async (em) => {
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
    const found = await em.findOne(Step, { id: stepId, phase: "deidentify" });
    if (!found) return "no-step";
    // the study first, then the step: one order of locks for everybody
    const study = await em.findOneOrFail(Study, found.study.id, lock);
    const row = await em.findOneOrFail(Step, stepId, { ...lock, refresh: true });
    if (row.state !== "held" || row.outcome?.kind !== "held") return "not-held";
    const failed = new Set(row.outcome.lines.filter(({ verdict }) => verdict === "fail").map(({ id }) => id));
    if (!lines.every((line) => failed.has(line))) return "no-such-line";
    if (namesPatient(release.reason, study)) return "names-patient";
    row.released = [...new Set([...row.released, ...lines])];
    move(row, "ready");
    row.settledAt = null;
    row.notBefore = null;
    await em.flush();
    await queue.enqueue(em, row);
    await tell(em, row, release);
    await route.advance(em, study);
    return "released";
  });
}

async function tell(em: EntityManager, row: StepRow, { lines, reason, actor }: Release): Promise<void> {
  const studyId = row.study.id;
  const detail = { target: row.target, lines, reason };
  await journal(em, { event: "deidentification.released", studyId, stepId: row.id, actor, detail });
  const patch = { state: row.state, attempt: row.attempt, target: row.target };
  await announce(em, { resource: "step", id: row.id, kind: "updated", studyId, patch });
}
