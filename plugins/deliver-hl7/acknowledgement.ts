// What the receiver's acknowledgement means for the step (HL7 2.5.1 sections 2.9.2, 2.15.5 and 2.15.8).
import { Permanent, Transient } from "@thalamus/sdk";
import type { Hl7Message, ReadSegment } from "@thalamus/sdk/hl7";
import type { Hl7Settings } from "./settings.ts";

/** Message error condition codes, table 0357. Receivers' own words may name the patient, so these are told instead. */
const CONDITIONS: Readonly<Record<string, string>> = {
  "0": "message accepted",
  "100": "segment sequence error",
  "101": "required field missing",
  "102": "data type error",
  "103": "table value not found",
  "200": "unsupported message type",
  "201": "unsupported event code",
  "202": "unsupported processing id",
  "203": "unsupported version id",
  "204": "unknown key identifier",
  "205": "duplicate key identifier",
  "206": "application record locked",
  "207": "application internal error",
};
/** What may be otherwise the next time. */
const PASSING = ["206", "207"];

/** What stands in the receipt. */
export interface Acknowledged {
  /** AA or CA. */
  readonly code: string;
  /** Conditions the receiver reported although it took the message. */
  readonly conditions: readonly string[];
}

/**
 * @throws Transient `deliver-hl7.error`, `deliver-hl7.unclear`
 * @throws Permanent `deliver-hl7.refused`
 */
export function judgeAcknowledgement(answer: Hl7Message, onError: Hl7Settings["onError"]): Acknowledged {
  const code = answer.segment("MSA")?.text(1) ?? "";
  const conditions = conditionsOf(answer);
  const reasons = conditions.map((one) => `${one} ${CONDITIONS[one] ?? "a condition of its own"}`).join(", ");
  const because = reasons === "" ? "" : `: ${reasons}`;
  switch (code) {
    case "AA":
    case "CA":
      return { code, conditions };
    case "AE":
    case "CE": {
      const passes = conditions.every((one) => PASSING.includes(one));
      if (onError === "retry" || (onError === "by-code" && passes)) {
        throw new Transient("deliver-hl7.error", `The receiver answered ${code}${because}.`);
      }
      throw new Permanent("deliver-hl7.refused", `The receiver answered ${code}${because}.`);
    }
    case "AR":
    case "CR":
      throw new Permanent("deliver-hl7.refused", `The receiver answered ${code}${because}.`);
    default:
      throw new Transient("deliver-hl7.unclear", "The receiver's acknowledgement has a code that is none.");
  }
}

/** ERR-3 of version 2.5, the last part of ERR-1 before it, and MSA-6. Numbers only: anything else may be a value. */
function conditionsOf(answer: Hl7Message): string[] {
  const errors = answer.segments.filter(({ name }) => name === "ERR");
  const found = [...errors.flatMap(codesOfError), answer.segment("MSA")?.text(6) ?? ""];
  return [...new Set(found.filter((code) => /^\d{1,3}$/.test(code) && code !== "0"))];
}

function codesOfError(error: ReadSegment): string[] {
  const current = error.text(3);
  if (current !== "") return [current];
  return error.field(1).map((location) => location[3]?.[0] ?? "");
}
