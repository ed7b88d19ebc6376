// deliver-hl7: tells a hospital's system the result as an HL7 version 2 message, over MLLP.
import { createHash, randomUUID } from "node:crypto";
import {
  type DeliverStep,
  defineDelivery,
  delivered,
  deliveryContext,
  eachStep,
  MllpError,
  type MllpMessage,
  type MllpPeer,
  MllpToken,
  Permanent,
  type ProbeReport,
  sampleStep,
  skipped,
  TemplateProblem,
  TemplatesToken,
  Transient,
} from "@thalamus/sdk";
import { buildHl7, type Hl7Message, Hl7Problem, hl7Time } from "@thalamus/sdk/hl7";
import { judgeAcknowledgement } from "./acknowledgement.ts";
import { messageHeader } from "./patient-segments.ts";
import { bareContent, messageNumber, type ReportContent, readContent, zoneOf } from "./report-content.ts";
import { reportSegments } from "./report-message.ts";
import { Hl7Settings } from "./settings.ts";
import { openWording, type Wording, wordingProblems } from "./worded-message.ts";

export default defineDelivery({
  name: "deliver-hl7",
  title: "HL7 version 2",
  summary: "Sends the report, its numbers and summary as ORU^R01 to an HL7 receiver over MLLP.",
  settings: Hl7Settings,
  needs: { mllp: MllpToken, templates: TemplatesToken },
  formats: ["dicom", "nifti"],
  settingsProblems: ({ settings, templates }) => wordingProblems(settings, templates),
  // the control id and every byte follow from the step: a receiver knows a message that comes again
  onInterrupted: "repeat",
  deliver: (steps$, { settings, mllp, templates }) => {
    const wording = openWording(settings, templates);
    return steps$.pipe(
      eachStep(
        async (step, signal) => {
          if (step.result.kind === "failure" && !settings.deliverFailures) {
            return skipped("Failures are not delivered to this destination.");
          }
          const content = await readContent(step, settings);
          const bytes = messageOf(settings, wording, step, content);
          await step.acting();
          const message = { bytes, controlId: content.controlId };
          const answer = await answered(mllp.send(peerOf(settings), message, signal));
          const { code, conditions } = judgeAcknowledgement(answer, settings.onError);
          return delivered({
            acknowledgement: code,
            ...(conditions.length > 0 ? { conditions } : {}),
            controlId: content.controlId,
            version: settings.version,
            host: settings.host,
            port: settings.port,
            ...hashesOf(bytes, content),
          });
        },
        { width: 4 },
      ),
    );
  },
  probe: async ({ settings, mllp, templates }, signal): Promise<ProbeReport> => {
    const [problem] = wordingProblems(settings, templates);
    if (problem) return { ok: false, message: `The setting ${problem.path}: ${problem.message}` };
    const query = settings.probeQuery ? networkQuery(settings) : undefined;
    const stages = await mllp.probe(peerOf(settings), signal, query);
    const last = stages.at(-1);
    return { ok: last?.ok ?? false, message: last?.message ?? "Nothing was tried.", stages };
  },
});

/** Of the report, and of the message that carries it; a message without one is the report. */
function hashesOf(message: Buffer, { report }: ReportContent) {
  const messageSha256 = createHash("sha256").update(message).digest("hex");
  const messageBytes = message.length;
  const { sha256, bytes } = report?.artifact ?? { sha256: messageSha256, bytes: messageBytes };
  return { sha256, bytes, messageSha256, messageBytes };
}

/** @throws Permanent `deliver-hl7.unwritable`, `deliver-hl7.template`, `deliver-hl7.nothing` */
function messageOf(
  settings: Hl7Settings,
  wording: Wording,
  step: DeliverStep,
  content: ReportContent,
): Buffer {
  try {
    const segments = reportSegments(settings, content);
    if (settings.template === "" && !segments.some(({ name }) => name === "OBX")) {
      throw new Permanent("deliver-hl7.nothing", "The result has nothing that this destination wants.");
    }
    const context = deliveryContext(step, content.report);
    return buildHl7(wording.apply(segments, context, content), settings.characterSet);
  } catch (error) {
    if (error instanceof TemplateProblem) throw new Permanent("deliver-hl7.template", error.message);
    if (!(error instanceof Hl7Problem)) throw error;
    throw new Permanent("deliver-hl7.unwritable", `The message cannot be written: ${error.message}.`);
  }
}

/** @throws Transient, Permanent with a code of this plugin */
async function answered(answer: Promise<Hl7Message>): Promise<Hl7Message> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof MllpError)) throw error;
    const message = `${error.message.slice(0, 1).toUpperCase()}${error.message.slice(1)}.`;
    if (error.permanent) throw new Permanent("deliver-hl7.tls-files", message);
    switch (error.code) {
      case "mllp.timeout":
      case "mllp.broken":
        throw new Transient("deliver-hl7.no-answer", message);
      case "mllp.garbage":
      case "mllp.wrong-answer":
        throw new Transient("deliver-hl7.unclear", message);
      default:
        throw new Transient("deliver-hl7.unreachable", message);
    }
  }
}

/** Settings hold more than the client needs to know. */
const peerOf = ({ host, port, tls, keepOpen, answerSeconds }: Hl7Settings): MllpPeer => ({
  host,
  port,
  keepOpen,
  answerSeconds,
  ...(tls ? { tls } : {}),
});

/** Asks the receiver for its clock (HL7 2.5.1 section 14.3.1): harmless, and every receiver answers something. */
function networkQuery(settings: Hl7Settings): MllpMessage {
  const controlId = messageNumber("query", randomUUID());
  const now = hl7Time(new Date(), zoneOf(settings));
  const { name, fields } = messageHeader(settings, bareContent(sampleStep("diagnostic"), settings));
  const header = { name, fields: { ...fields, 7: now, 9: ["NMQ", "N01"], 10: controlId } };
  const bytes = buildHl7([header, { name: "NCK", fields: { 1: now } }], settings.characterSet);
  return { bytes, controlId };
}
