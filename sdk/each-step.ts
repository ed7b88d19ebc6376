// The only way for a plugin to settle steps: one settlement for each, whatever happens.
import { randomUUID } from "node:crypto";
import { from, mergeMap, type OperatorFunction } from "rxjs";
import { Permanent, Transient } from "./errors.ts";
import type { Outcome } from "./outcome.ts";
import type { Settled, StepBase } from "./step.ts";

/** Where the details of a plugin's bug go; core sets it, so that the message itself never reaches a screen. */
export type BugReporter = (bug: { step: StepBase; errorId: string; error: unknown }) => void;

let reportBug: BugReporter = ({ errorId, error }) => {
  process.stderr.write(`${errorId} ${error instanceof Error ? error.stack : "a plugin threw no Error"}\n`);
};

/** @internal */
export function setBugReporter(reporter: BugReporter): void {
  reportBug = reporter;
}

/**
 * Runs `work` for each step, at most `width` at a time, and turns whatever happens into one settlement:
 * a returned outcome as it is, `Transient` into a retry, `Permanent` into a rejection, an aborted signal
 * into a release, anything else into a rejection with an error id. A throw never ends the stream.
 */
export function eachStep<S extends StepBase>(
  work: (step: S, signal: AbortSignal) => Promise<Outcome>,
  { width = 1 }: { width?: number } = {},
): OperatorFunction<S, Settled> {
  return mergeMap((step: S) => from(settle(step, work)), width);
}

async function settle<S extends StepBase>(
  step: S,
  work: (step: S, signal: AbortSignal) => Promise<Outcome>,
): Promise<Settled> {
  try {
    step.signal.throwIfAborted();
    return { step, outcome: await work(step, step.signal) };
  } catch (error) {
    return { step, outcome: outcomeOf(step, error) };
  }
}

function outcomeOf(step: StepBase, error: unknown): Outcome {
  if (step.signal.aborted) return { kind: "released" };
  if (error instanceof Transient) {
    const { code, message, afterMs } = error;
    return { kind: "retry", code, message, ...(afterMs === undefined ? {} : { afterMs }) };
  }
  if (error instanceof Permanent) return { kind: "rejected", code: error.code, message: error.message };
  const errorId = randomUUID();
  reportBug({ step, errorId, error });
  return {
    kind: "rejected",
    code: "plugin.bug",
    message: `The plugin failed in a way it did not foresee. Look for ${errorId} in the log.`,
    errorId,
  };
}
