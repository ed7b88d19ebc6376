// A claim on a step: who holds it, and the only way to change its state.
import type { StepRow } from "../database/entities/step.ts";
import { STEP_MOVES, type StepState } from "./step-state.ts";

/** A step as its claimer holds it; the token fences off whoever held it before. */
export type ClaimedStep = StepRow & { readonly claimToken: string };

/** One try of a step, whoever made it. */
export type Claim = Pick<ClaimedStep, "id" | "claimToken">;

/** @param row as it is in the database now */
export const holds = (row: StepRow, step: Claim): boolean =>
  row.claimToken === step.claimToken && (row.state === "claimed" || row.state === "acting");

/** @throws Error when the table of states does not know the move */
export function move(row: StepRow, to: StepState): void {
  const from: StepState = row.state;
  if (!STEP_MOVES[from].includes(to)) throw new Error(`illegal move of a step from ${from} to ${to}`);
  row.state = to;
}
