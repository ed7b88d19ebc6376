// A thread for the second pass: it proves copies while the thread of the study makes the next ones.
import { type MessagePort, parentPort } from "node:worker_threads";
import { openProver, type StudyProver } from "../proof/study-prover.ts";
import type { FromProof, ToProof } from "./proof-order.ts";

const port = parentPort as MessagePort;
let prover: StudyProver | undefined;

port.on("message", async (order: ToProof) => {
  if (order.kind === "open") {
    prover = openProver(order.options);
    return;
  }
  let answer: FromProof;
  try {
    const findings = order.kind === "prove" ? await prover!.prove(order.copy) : await prover!.finish();
    answer = { kind: "findings", findings };
  } catch (error) {
    const { message, stack = "", code } = error as NodeJS.ErrnoException;
    answer = { kind: "failed", message, stack, code };
  }
  port.postMessage(answer);
});
