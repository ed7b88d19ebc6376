// A thread for the second pass: it proves copies while the thread of the study makes the next ones.
import { type MessagePort, parentPort } from "node:worker_threads";
import { openProver, type StudyProver } from "../proof/study-prover.ts";
import type { CopyOfFile } from "../proof/verify.ts";
import type { FromProof, ProofAnswer, ToProof } from "./proof-order.ts";

const port = parentPort as MessagePort;
let prover: StudyProver | undefined;
/** One order after the other: answers come in the order of the questions. */
let turn = Promise.resolve();

port.on("message", (order: ToProof) => {
  turn = turn.then(() => take(order));
});

async function take(order: ToProof): Promise<void> {
  if (order.kind === "open" || order.kind === "open-nifti") {
    prover = await opened(order);
    return;
  }
  const answers: ProofAnswer[] = [];
  if (order.kind === "finish") answers.push(await answerOf(() => prover!.finish()));
  else for (const copy of order.copies) answers.push(await proofOf(copy));
  port.postMessage(answers satisfies FromProof);
}

/** That of NIfTI is loaded when it is needed: most threads never see such a study. */
async function opened(order: Extract<ToProof, { options: unknown }>): Promise<StudyProver> {
  if (order.kind === "open") return openProver(order.options);
  const { NiftiProof } = await import("../nifti-proof/nifti-proof.ts");
  return new NiftiProof(order.options);
}

const proofOf = (copy: CopyOfFile): Promise<ProofAnswer> => answerOf(() => prover!.prove(copy));

async function answerOf(ask: () => Promise<readonly string[]>): Promise<ProofAnswer> {
  try {
    return { kind: "findings", findings: await ask() };
  } catch (error) {
    const { message, stack = "", code } = error as NodeJS.ErrnoException;
    return { kind: "failed", message, stack, code };
  }
}
