// Asks the thread of the second pass; it is kept from study to study.
import { Worker } from "node:worker_threads";
import { Transient } from "@thalamus/sdk";
import type { ProverOptions, StudyProver } from "../proof/study-prover.ts";
import type { CopyOfFile } from "../proof/verify.ts";
import type { FromProof, ToProof } from "./proof-order.ts";

const THREAD = new URL("./proof-thread.ts", import.meta.url);

export class ThreadedProver implements StudyProver {
  readonly #worker: Worker;
  readonly #asked: PromiseWithResolvers<readonly string[]>[] = [];
  #isLost = false;

  constructor() {
    this.#worker = new Worker(THREAD)
      .on("message", (answer: FromProof) => this.#hear(answer))
      .on("error", () => this.#lose())
      .on("exit", () => this.#lose());
    // the thread of the study lives as long as it is wanted, and this one as long as that
    this.#worker.unref();
  }

  /** Begins a study; all questions about the last one must have been answered. */
  open(options: ProverOptions): void {
    this.#worker.postMessage({ kind: "open", options } satisfies ToProof);
  }

  prove(copy: CopyOfFile): Promise<readonly string[]> {
    return this.#ask({ kind: "prove", copy });
  }

  finish(): Promise<readonly string[]> {
    return this.#ask({ kind: "finish" });
  }

  #ask(order: ToProof): Promise<readonly string[]> {
    if (this.#isLost) return Promise.reject(lost());
    const answer = Promise.withResolvers<readonly string[]>();
    this.#asked.push(answer);
    this.#worker.postMessage(order);
    return answer.promise;
  }

  #hear(answer: FromProof): void {
    const asked = this.#asked.shift();
    if (answer.kind === "findings") asked?.resolve(answer.findings);
    else {
      const { message, stack, code } = answer;
      asked?.reject(Object.assign(new Error(message), { stack, code }));
    }
  }

  #lose(): void {
    this.#isLost = true;
    for (const { reject } of this.#asked.splice(0)) reject(lost());
  }
}

const lost = () =>
  new Transient("deid-safeharbor.thread-lost", "The thread of the second pass ended before its time.");
