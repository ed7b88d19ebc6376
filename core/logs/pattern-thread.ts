// Tries a pattern on texts in a thread of its own, so that one that never ends can be ended.
import { parentPort } from "node:worker_threads";

export interface PatternWork {
  readonly pattern: string;
  readonly texts: readonly string[];
}

parentPort?.on("message", ({ pattern, texts }: PatternWork) => {
  const expression = new RegExp(pattern, "i");
  parentPort?.postMessage(texts.map((text) => expression.test(text)));
});
parentPort?.postMessage("ready");
