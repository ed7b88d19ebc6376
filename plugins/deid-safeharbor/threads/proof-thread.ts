// A thread for the second pass: it proves copies while the thread of the study makes the next ones.
import { type MessagePort, parentPort } from "node:worker_threads";
import { openProver, type StudyProver } from "../proof/study-prover.ts";
import type { CopyOfFile } from "../proof/verify.ts";
import type { FromProof, ProofAnswer, ToProof } from "./proof-order.ts";

const port = parentPort as MessagePort;
let prover: StudyProver | undefined;

port.on("message", async (order: ToProof) => {
  if (order.kind === "open") {
    prover = openProver(order.options);
    return;
  }
  const answers: ProofAnswer[] = [];
  if (order.kind === "finish") answers.push(await answerOf(() => prover!.finish()));
  else for (const copy of order.copies) answers.push(await proofOf(copy));
  port.postMessage(answers satisfies FromProof);
});

const proofOf = (copy: CopyOfFile): Promise<ProofAnswer> => answerOf(() => prover!.prove(copy));

async function answerOf(ask: () => Promise<readonly string[]>): Promise<ProofAnswer> {
  try {
    return { kind: "findings", findings: await ask() };
  } catch (error) {
    const { message, stack = "", code } = error as NodeJS.ErrnoException;
    return { kind: "failed", message, stack, code };
  }
}
