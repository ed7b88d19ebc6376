// The elements that say that and how the object was de-identified (PS3.15 E.1.1 and E.3, CID 7050).
import { type Encoding, vrCode } from "@thalamus/sdk/dicom";
import type { DeidSettings } from "../settings.ts";
import type { OutputBytes } from "./output-bytes.ts";

const CODES: Readonly<Record<string, string>> = {
  "113100": "Basic Application Confidentiality Profile",
  "113101": "Clean Pixel Data Option",
  "113105": "Clean Descriptors Option",
  "113107": "Retain Longitudinal Temporal Information Modified Dates Option",
  "113108": "Retain Patient Characteristics Option",
  "113111": "Retain Safe Private Option",
};
const METHOD = "DICOM PS3.15 Basic Profile and HIPAA Safe Harbor";
const ITEM = 0xfffee000;
const SPACE = 0x20;

interface Added {
  readonly tag: number;
  readonly rule: string;
  readonly vr: string;
  /** Undefined for a sequence. */
  readonly value?: Buffer;
  write(out: OutputBytes, encoding: Encoding): void;
}

/** In the order of their tags. */
export class AddedElements {
  readonly #waiting: Added[];

  /**
   * @param patientId put in when the object has none
   * @param cleansPicture something in the pixels was blacked out
   */
  constructor(settings: DeidSettings, patientId: string | undefined, cleansPicture: boolean) {
    this.#waiting = [
      ...(patientId === undefined ? [] : [text(0x00100020, "LO", patientId)]), // PatientID (0010,0020)
      text(0x00120062, "CS", "YES"), // PatientIdentityRemoved (0012,0062)
      text(0x00120063, "LO", METHOD), // DeidentificationMethod (0012,0063)
      methodCodes(settings, cleansPicture), // DeidentificationMethodCodeSequence (0012,0064)
      text(0x00280303, "CS", settings.shiftDates ? "MODIFIED" : "REMOVED"), // LongitudinalTemporalInformationModified
    ];
  }

  /** Tag of the next one; infinite when there is none. */
  get next(): number {
    return this.#waiting[0]?.tag ?? Number.POSITIVE_INFINITY;
  }

  /** Takes the next one out. */
  take(): Added | undefined {
    return this.#waiting.shift();
  }
}

const text = (tag: number, vr: string, value: string): Added => ({
  tag,
  ...{ rule: "PS3.15 E.1.1", vr, value: Buffer.from(value) },
  write: (out, encoding) => out.element(tag, codeOf(vr, encoding), Buffer.from(value), SPACE, encoding),
});

function methodCodes(settings: DeidSettings, cleansPicture: boolean): Added {
  const left = new Set([settings.shiftDates ? "" : "113107", cleansPicture ? "" : "113101"]);
  const codes = Object.entries(CODES).filter(([code]) => !left.has(code));
  const tag = 0x00120064;
  return {
    ...{ tag, rule: "PS3.15 E.1.1", vr: "SQ" },
    write: (out, encoding) => {
      const length = out.head(tag, codeOf("SQ", encoding), 0, encoding);
      for (const [code, meaning] of codes) {
        const itemLength = out.head(ITEM, 0, 0, encoding);
        text(0x00080100, "SH", code).write(out, encoding); // CodeValue (0008,0100)
        text(0x00080102, "SH", "DCM").write(out, encoding); // CodingSchemeDesignator (0008,0102)
        text(0x00080104, "LO", meaning).write(out, encoding); // CodeMeaning (0008,0104)
        out.patchLength(itemLength, encoding);
      }
      out.patchLength(length, encoding);
    },
  };
}

const codeOf = (vr: string, { explicit }: Encoding): number => (explicit ? vrCode(vr) : 0);
