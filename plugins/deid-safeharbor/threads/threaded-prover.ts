// Asks the thread of the second pass; it is kept from study to study.
import { Worker } from "node:worker_threads";
import { Transient } from "@thalamus/sdk/errors";
import type { NiftiProofOptions } from "../nifti-proof/nifti-proof.ts";
import type { ProverOptions, StudyProver } from "../proof/study-prover.ts";
import type { CopyOfFile } from "../proof/verify.ts";
import type { FromProof, ProofAnswer, ToProof } from "./proof-order.ts";

const THREAD = new URL("./proof-thread.ts", import.meta.url);

/** Copies are gathered for so long: waking a thread for each takes as long as a tenth of its proof. */
const GATHER_MS = 10;
/**
 * So many go to it at once: a first pass that need not wait for the disk lets no timer run before it has to wait for
 * proofs, and then the two threads would take turns.
 */
const MOST_GATHERED = 8;

export class ThreadedProver implements StudyProver {
  readonly #worker: Worker;
  readonly #asked: PromiseWithResolvers<readonly string[]>[] = [];
  readonly #waiting: CopyOfFile[] = [];
  #sending: NodeJS.Timeout | undefined;
  #isLost = false;

  constructor() {
    this.#worker = new Worker(THREAD)
      .on("message", (answers: FromProof) => this.#hear(answers))
      .on("error", () => this.#lose())
      .on("exit", () => this.#lose());
    // the thread of the study lives as long as it is wanted, and this one as long as that
    this.#worker.unref();
  }

  /** Begins a study; all questions about the last one must have been answered. */
  open(options: ProverOptions): void {
    this.#worker.postMessage({ kind: "open", options } satisfies ToProof);
  }

  /** The same for a NIfTI study. */
  openNifti(options: NiftiProofOptions): void {
    this.#worker.postMessage({ kind: "open-nifti", options } satisfies ToProof);
  }

  prove(copy: CopyOfFile): Promise<readonly string[]> {
    if (this.#isLost) return Promise.reject(lost());
    this.#waiting.push(copy);
    // what comes meanwhile goes to it together
    if (this.#waiting.length >= MOST_GATHERED) this.#send();
    else this.#sending ??= setTimeout(() => this.#send(), GATHER_MS);
    return this.#promise();
  }

  finish(): Promise<readonly string[]> {
    if (this.#isLost) return Promise.reject(lost());
    this.#send();
    const answer = this.#promise();
    this.#worker.postMessage({ kind: "finish" } satisfies ToProof);
    return answer;
  }

  #send(): void {
    clearTimeout(this.#sending);
    this.#sending = undefined;
    if (this.#waiting.length === 0) return;
    this.#worker.postMessage({ kind: "prove", copies: this.#waiting.splice(0) } satisfies ToProof);
  }

  #promise(): Promise<readonly string[]> {
    const answer = Promise.withResolvers<readonly string[]>();
    this.#asked.push(answer);
    return answer.promise;
  }

  #hear(answers: FromProof): void {
    for (const answer of answers) this.#settle(answer);
  }

  #settle(answer: ProofAnswer): void {
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
