// ORC and OBR: the order that the result answers (HL7 2.5.1 chapters 4.5.1 and 7.4.1).
import { type Hl7Segment, hl7Time, hl7TimeOfDicom } from "@thalamus/sdk/hl7";
import type { ReportContent } from "./report-content.ts";
import type { Hl7Settings } from "./settings.ts";

export function commonOrder(settings: Hl7Settings, content: ReportContent): Hl7Segment {
  const { placer, filler } = orderNumbers(settings, content);
  return { name: "ORC", fields: { 1: "RE", 2: placer, 3: filler, 5: "CM" } };
}

export function observationRequest(settings: Hl7Settings, content: ReportContent): Hl7Segment {
  const { identity, result, timeZone } = content;
  const { placer, filler } = orderNumbers(settings, content);
  const { code, text, system } = settings.procedureCode ?? {
    code: result.product.id,
    text: `${result.product.id} ${result.product.version}`,
    system: settings.codingSystem,
  };
  return {
    name: "OBR",
    fields: {
      1: "1",
      2: placer,
      3: filler,
      4: [code, text, system],
      7: hl7TimeOfDicom(identity.studyDate, identity.studyTime, timeZone),
      22: hl7Time(result.createdAt, timeZone),
      // diagnostic service section, table 0074: diagnostic imaging
      24: "IMG",
      25: statusOf(settings, content),
    },
  };
}

export const statusOf = (settings: Hl7Settings, { result }: ReportContent): string =>
  result.kind === "failure" ? settings.failureStatus : settings.resultStatus;

/** A message must have one of both, and a filler number names the result at its receiver. */
function orderNumbers({ accession }: Hl7Settings, { identity, orderNumber }: ReportContent) {
  const number = identity.accessionNumber.trim();
  if (number === "") return { placer: undefined, filler: orderNumber };
  if (accession === "both") return { placer: number, filler: number };
  return accession === "filler"
    ? { placer: undefined, filler: number }
    : { placer: number, filler: orderNumber };
}
