// The lines a product prints for the hub: one JSON object a line, progress that never falls.

export type Stage =
  | "start"
  | "convert"
  | "select"
  | "mask"
  | "tensor"
  | "free-water"
  | "quality"
  | "report"
  | "maps"
  | "done";

export interface Messages {
  /** @param value share of the whole run, 0..1; a smaller value than before is raised to it */
  progress: (value: number, stage: Stage, msg?: string) => void;
  log: (level: "info" | "warn", msg: string) => void;
  error: (code: string, msg: string) => void;
  result: (status: string) => void;
}

/** Steps finer than this are not printed; a fit would otherwise print hundreds of lines. */
const SMALLEST_STEP = 0.01;

/** Messages as lines for `send`. They must never hold anything that identifies a patient. */
export function createMessages(send: (line: string) => void): Messages {
  let value = 0;
  let stage: Stage | undefined;
  const line = (fields: Record<string, unknown>) =>
    send(`${JSON.stringify({ at: new Date().toISOString(), ...fields })}\n`);
  return {
    progress(next, nextStage, msg) {
      if (nextStage === stage && next < value + SMALLEST_STEP) return;
      value = Math.min(1, Math.max(value, next));
      stage = nextStage;
      line({ type: "progress", value: Number(value.toFixed(3)), stage, ...(msg ? { msg } : {}) });
    },
    log: (level, msg) => line({ type: "log", level, msg }),
    error: (code, msg) => line({ type: "error", code, msg }),
    result: (status) => line({ type: "result", status }),
  };
}
