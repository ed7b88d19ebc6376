// The test button of a DICOM destination: name, connection, TLS, association, C-ECHO and kinds of objects.
import { performance } from "node:perf_hooks";
import { type DicomPeer, DicomSendError, type ProbeReport, type ProbeStage } from "@thalamus/sdk";
import {
  CommandField,
  EXPLICIT_VR_LITTLE_ENDIAN,
  encodeCommand,
  IMPLICIT_VR_LITTLE_ENDIAN,
  VERIFICATION,
} from "@thalamus/sdk/dicom/net";
import type { ConnectionStages } from "../net/connection-stages.ts";
import { takes } from "./parcels.ts";
import { SenderAssociation, type SenderTimeouts } from "./sender-association.ts";

const UNCOMPRESSED = [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN];
const VERIFICATION_CONTEXT = 1;

/** One association in which nothing is stored. @throws the signal's reason when it is aborted */
export async function probePeer(
  peer: DicomPeer,
  sopClassUids: readonly string[],
  timeouts: SenderTimeouts,
  signal: AbortSignal,
): Promise<ProbeReport> {
  const contexts = [VERIFICATION, ...sopClassUids].map((abstractSyntax, index) => {
    return { id: VERIFICATION_CONTEXT + 2 * index, abstractSyntax, transferSyntaxes: UNCOMPRESSED };
  });
  let stages: ConnectionStages | undefined;
  let association: SenderAssociation | undefined;
  try {
    association = await SenderAssociation.open(peer, contexts, timeouts, signal, (begun) => {
      stages = begun;
    });
    const { calledAe, callingAe } = peer;
    association.stages.pass("sign-in", `${calledAe} takes associations from ${callingAe}.`);
    const echo =
      contexts[0] && takes(association.accept, contexts[0])
        ? await echoed(association)
        : "C-ECHO is not offered";
    const refused = contexts.slice(1).filter((context) => association && !takes(association.accept, context));
    await association.release();
    if (refused.length === 0) {
      association.stages.pass("accepted", `${echo}, and what is delivered is taken.`);
      return reportOf(association.stages.done);
    }
    const classes = refused.map(({ abstractSyntax }) => abstractSyntax).join(", ");
    return reportOf(
      association.stages.failed(
        `${echo}, but ${calledAe} does not take SOP class ${classes}. Enable it at the archive.`,
        "accepted",
      ),
    );
  } catch (error) {
    association?.abort(error);
    if (!(error instanceof DicomSendError)) throw error;
    if (!stages) return reportOf([{ stage: "tls", ok: false, message: `${error.message}.` }]);
    return reportOf(stages.failed(sentence(error.message), association ? "accepted" : "sign-in"));
  }
}

/** @returns what C-ECHO was answered with, in words */
async function echoed(association: SenderAssociation): Promise<string> {
  const startedAt = performance.now();
  const request = {
    commandField: CommandField.echoRequest,
    hasDataSet: false,
    affectedSopClassUid: VERIFICATION,
    messageId: 1,
  };
  await association.write(encodeCommand(VERIFICATION_CONTEXT, request, association.accept.user.maxPduLength));
  const { status } = await association.response(1);
  if (status !== 0) throw new DicomSendError("dicom.aborted", "the peer answered C-ECHO with a failure");
  const milliseconds = Math.round(performance.now() - startedAt);
  return `C-ECHO was answered with 0x0000 in ${milliseconds} ms`;
}

function reportOf(stages: readonly ProbeStage[]): ProbeReport {
  const last = stages.at(-1);
  return { ok: last?.ok ?? false, message: last?.message ?? "Nothing was tried.", stages };
}

const sentence = (message: string): string => `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`;
