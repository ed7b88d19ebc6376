// Reads the PACS side back: the report must be there twice, as Encapsulated PDF and as Structured Report.
import { DemoFailure } from "./demo-failure.ts";
import type { DemoPacs } from "./demo-pacs.ts";
import type { Terminal } from "./terminal.ts";

const ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1";
/** Basic Text, Enhanced and Comprehensive SR begin like this (PS3.4 B.5). */
const STRUCTURED_REPORT = "1.2.840.10008.5.1.4.1.1.88.";

/** @throws DemoFailure when one of the two is missing in the study that was sent */
export async function checkPacs(pacs: DemoPacs, studyInstanceUid: string, screen: Terminal): Promise<void> {
  const objects = await pacs.objects(studyInstanceUid);
  const pdf = objects.find(({ sopClassUid }) => sopClassUid === ENCAPSULATED_PDF);
  const report = objects.find(({ sopClassUid }) => sopClassUid.startsWith(STRUCTURED_REPORT));
  if (!pdf) throw new DemoFailure("PACS", "no Encapsulated PDF arrived in the study");
  if (!report) throw new DemoFailure("PACS", "no Structured Report arrived in the study");
  screen.line("PACS", `has the Encapsulated PDF  ${pdf.file}`);
  screen.line("PACS", `has the Structured Report ${report.file}`);
}
