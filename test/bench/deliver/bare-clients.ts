// What the same machine does without a hub: bare clients that send the same bytes to the same counterparts, four at a time.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { encapsulatePdf } from "../../../plugins/deliver-dicom-pdf/encapsulate.ts";
import { encodeFile } from "../../../sdk/dicom/index.ts";
import { sampleStep } from "../../../sdk/index.ts";
import { plantedReport } from "../../support/queued-deliveries.ts";
import { PACS_AE } from "../../support/test-pacs.ts";
import { findProgram } from "../servers/installed-program.ts";
import { mllpMessages } from "./bare-mllp.ts";
import { Destinations, type LivingName } from "./living-destinations.ts";

const COUNT = 200;
const AT_ONCE = 4;

export interface BareRate {
  /** Undefined when the client is not installed. */
  readonly perSecond: number | undefined;
  readonly client: string;
}

export async function bareRates(folder: string, reportBytes: number): Promise<Record<LivingName, BareRate>> {
  await using destinations = await Destinations.start();
  const report = plantedReport(reportBytes);
  return {
    dicom: await dicom(destinations, join(folder, "bare"), report),
    rest: { perSecond: await rate((count) => web(destinations, report, count)), client: "fetch" },
    mail: {
      perSecond: await rate((count) => mail(destinations, report, count)),
      client: "nodemailer, pooled",
    },
    hl7: {
      perSecond: await rate((count) => mllpMessages(destinations.hl7.port, report, count)),
      client: "socket, kept open",
    },
  };
}

/** Messages for each second, several senders at once. */
async function rate(send: (count: number) => Promise<void>): Promise<number> {
  const began = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, () => send(COUNT / AT_ONCE)));
  return COUNT / ((performance.now() - began) / 1000);
}

async function web({ web: { url } }: Destinations, report: Buffer, count: number): Promise<void> {
  const body = JSON.stringify({ report: report.toString("base64") });
  const headers = { "content-type": "application/json" };
  for (let sent = 0; sent < count; sent += 1)
    await (await fetch(url, { method: "POST", headers, body })).arrayBuffer();
}

async function mail({ mail: { port } }: Destinations, report: Buffer, count: number): Promise<void> {
  const transport = createTransport({
    host: "127.0.0.1",
    port,
    pool: true,
    maxConnections: 1,
    ignoreTLS: true,
  });
  const letter = { from: "a@example.org", to: "b@example.org", subject: "Report", text: "Attached." };
  for (let sent = 0; sent < count; sent += 1)
    await transport.sendMail({ ...letter, attachments: [{ filename: "report.pdf", content: report }] });
  transport.close();
}

/** storescu of dcmtk, one association for each object as a delivery has it, four at a time. */
async function dicom({ pacs }: Destinations, folder: string, pdf: Buffer): Promise<BareRate> {
  const client = "dcmtk storescu";
  const program = findProgram("storescu");
  if (!program) return { perSecond: undefined, client: `${client}: not installed` };
  mkdirSync(folder);
  const { study, result } = sampleStep("diagnostic");
  const document = { title: "Report", seriesDescription: "Report", seriesNumber: 1, pdf };
  const path = join(folder, "report.dcm");
  writeFileSync(path, encodeFile(encapsulatePdf(study.identity.reveal(), result, [], document)));
  const words = ["-aec", PACS_AE, "127.0.0.1", String(pacs.port), path];
  const perSecond = await rate(async (count) => {
    for (let sent = 0; sent < count; sent += 1) await ended(program, words);
  });
  return { perSecond, client: `${client}, a process each` };
}

function ended(program: string, words: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: "ignore", env: { ...process.env, TCP_NODELAY: "1" } });
    child.once("error", reject);
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`storescu ended with ${code}`))));
  });
}
