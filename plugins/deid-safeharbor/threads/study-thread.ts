// A thread that de-identifies one study after the other, so that the hub goes on receiving meanwhile.
import { type MessagePort, parentPort } from "node:worker_threads";
import type { TransformStep } from "@thalamus/sdk";
import { Permanent, Transient } from "@thalamus/sdk/errors";
import { Phi } from "@thalamus/sdk/phi";
import { deidentifyStudy } from "../deidentify-study.ts";
import { contextOfStudy } from "../elements/study-context.ts";
import type { OpenNiftiProver } from "../nifti/nifti-parts.ts";
import { openStudyParts } from "../open-study-parts.ts";
import type { FromThread, StudyOrder, ThreadFailure, ToThread } from "./study-order.ts";
import { ThreadedProver } from "./threaded-prover.ts";

const port = parentPort as MessagePort;
const prover = new ThreadedProver();
let abort = new AbortController();
const say = (message: FromThread) => port.postMessage(message);

port.on("message", (message: ToThread) => {
  if (message.kind === "abort") abort.abort(new Error("the step was aborted"));
  else void work(message.order);
});

async function work(order: StudyOrder): Promise<void> {
  abort = new AbortController();
  const { signal } = abort;
  try {
    const step = stepOf(order, signal);
    const context = contextOfStudy(step.study, order.settings, order.keys);
    if (step.study.format === "nifti") {
      // loaded when it is needed: most threads never see such a study
      const { deidentifyNifti } = await import("../nifti/deidentify-nifti.ts");
      const openNifti: OpenNiftiProver = (options) => {
        prover.openNifti(options);
        return prover;
      };
      say({
        kind: "done",
        outcome: await deidentifyNifti(step, context, order.signing, openNifti, signal),
      });
      return;
    }
    const parts = await openStudyParts(step, context, order.signing, (options) => {
      prover.open(options);
      return prover;
    });
    say({ kind: "done", outcome: await deidentifyStudy(step, context, parts, signal) });
  } catch (error) {
    say({ kind: "failed", failure: failureOf(error, signal) });
  }
}

function stepOf(order: StudyOrder, signal: AbortSignal): TransformStep {
  const { stepId, attempt, study, released, previousManifest, workspace } = order;
  const { identity, instances, ...sight } = study;
  return {
    id: stepId,
    attempt,
    study: { ...sight, identity: new Phi(identity), instances: async () => instances },
    signal,
    released,
    previousManifest: async () => previousManifest,
    workspace: async () => workspace,
    progress: (value, stage) => say({ kind: "progress", value, stage }),
    acting: async () => {},
  };
}

function failureOf(error: unknown, signal: AbortSignal): ThreadFailure {
  if (signal.aborted) return { kind: "aborted" };
  if (error instanceof Transient) return { kind: "transient", code: error.code, message: error.message };
  if (error instanceof Permanent) return { kind: "permanent", code: error.code, message: error.message };
  const { name, stack = "" } = error as Error;
  return { kind: "bug", name, stack };
}
