// What is put into a message: the step's result with its files read, and the names and times of the message itself.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type DeliverStep, Permanent, type ResultArtifact, type StudyIdentity } from "@thalamus/sdk";
import type { Hl7Settings } from "./settings.ts";

export interface ReportFile {
  readonly artifact: ResultArtifact;
  readonly base64: string;
}

/** All that a message says beside the settings. */
export interface ReportContent {
  /** MSH-10: the same for every try of a step. */
  readonly controlId: string;
  /** The hub's number of the order. */
  readonly orderNumber: string;
  readonly identity: StudyIdentity;
  readonly result: DeliverStep["result"];
  readonly report: ReportFile | undefined;
  readonly summary: string | undefined;
  readonly timeZone: string;
}

const MEGABYTE = 1_000_000;

/** @throws Permanent `deliver-hl7.no-report`, `deliver-hl7.too-large` */
export async function readContent(step: DeliverStep, settings: Hl7Settings): Promise<ReportContent> {
  const wantsReport = settings.report || settings.template !== "";
  return {
    ...bareContent(step, settings),
    report: wantsReport ? await reportOf(step, settings) : undefined,
    summary: settings.summary === "none" ? undefined : await summaryOf(step),
  };
}

/** Without the files. */
export const bareContent = ({ id, study, result }: DeliverStep, settings: Hl7Settings): ReportContent => ({
  controlId: messageNumber("message", id),
  orderNumber: messageNumber("order", result.orderId),
  identity: study.identity.reveal(),
  result,
  report: undefined,
  summary: undefined,
  timeZone: zoneOf(settings),
});

/** 20 characters, as many as MSH-10 and OBR-3 hold in version 2.3.1; 100 bits of a hash. */
export function messageNumber(purpose: string, id: string): string {
  const digest = createHash("sha256").update(`deliver-hl7 ${purpose}\0${id}`).digest();
  return [...digest.subarray(0, 20)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

/** No letters that look like digits. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export const zoneOf = ({ timeZone }: Hl7Settings): string =>
  timeZone === "" ? Intl.DateTimeFormat().resolvedOptions().timeZone : timeZone;

/** A failure whose page could not be drawn is told by its text alone. */
async function reportOf(
  { result }: DeliverStep,
  { report, maxReportMegabytes }: Hl7Settings,
): Promise<ReportFile | undefined> {
  const artifact = result.artifacts.find(
    ({ name, mediaType }) => name === "report" && mediaType === "application/pdf",
  );
  if (!artifact) {
    if (result.kind === "failure" || !report) return undefined;
    throw new Permanent("deliver-hl7.no-report", "The result has no PDF report.");
  }
  if (artifact.bytes > maxReportMegabytes * MEGABYTE) {
    const message = `The report has more than ${maxReportMegabytes} megabytes.`;
    throw new Permanent("deliver-hl7.too-large", message);
  }
  return { artifact, base64: await readFile(artifact.path, "base64") };
}

async function summaryOf({ result }: DeliverStep): Promise<string | undefined> {
  const artifact = result.artifacts.find(
    ({ name, mediaType }) => name === "summary" && mediaType.startsWith("text/"),
  );
  return artifact && (await readFile(artifact.path, "utf8"));
}
