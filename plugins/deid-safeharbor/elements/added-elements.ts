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

export interface Added {
  readonly tag: number;
  readonly rule: string;
  readonly vr: string;
  /** Undefined for a sequence. */
  readonly value?: Buffer;
  write(out: OutputBytes, encoding: Encoding): void;
}

/**
 * In the order of their tags; made once for a study.
 * @param patientId put in when the object has none
 * @param cleansPicture something in the pixels was blacked out
 */
export const addedElements = (
  settings: DeidSettings,
  patientId: string | undefined,
  cleansPicture: boolean,
): readonly Added[] => [
  ...(patientId === undefined ? [] : [text(0x00100020, "LO", patientId)]), // PatientID (0010,0020)
  text(0x00120062, "CS", "YES"), // PatientIdentityRemoved (0012,0062)
  text(0x00120063, "LO", METHOD), // DeidentificationMethod (0012,0063)
  methodCodes(settings, cleansPicture), // DeidentificationMethodCodeSequence (0012,0064)
  text(0x00280303, "CS", settings.shiftDates ? "MODIFIED" : "REMOVED"), // LongitudinalTemporalInformationModified
];

/** Those that still have to be put into a file. */
export class AddedElements {
  readonly #all: readonly Added[];
  #taken = 0;

  constructor(all: readonly Added[]) {
    this.#all = all;
  }

  /** Tag of the next one; infinite when there is none. */
  get next(): number {
    return this.#all[this.#taken]?.tag ?? Number.POSITIVE_INFINITY;
  }

  /** Takes the next one out. */
  take(): Added | undefined {
    this.#taken += 1;
    return this.#all[this.#taken - 1];
  }
}

function text(tag: number, vr: string, content: string): Added {
  const value = Buffer.from(content);
  return {
    ...{ tag, rule: "PS3.15 E.1.1", vr, value },
    write: (out, encoding) => out.element(tag, codeOf(vr, encoding), value, SPACE, encoding),
  };
}

function methodCodes(settings: DeidSettings, cleansPicture: boolean): Added {
  const left = new Set([settings.shiftDates ? "" : "113107", cleansPicture ? "" : "113101"]);
  const items = Object.entries(CODES)
    .filter(([code]) => !left.has(code))
    .map(([code, meaning]) => [
      text(0x00080100, "SH", code), // CodeValue (0008,0100)
      text(0x00080102, "SH", "DCM"), // CodingSchemeDesignator (0008,0102)
      text(0x00080104, "LO", meaning), // CodeMeaning (0008,0104)
    ]);
  const tag = 0x00120064;
  return {
    ...{ tag, rule: "PS3.15 E.1.1", vr: "SQ" },
    write: (out, encoding) => {
      const length = out.head(tag, codeOf("SQ", encoding), 0, encoding);
      for (const item of items) {
        const itemLength = out.head(ITEM, 0, 0, encoding);
        for (const element of item) element.write(out, encoding);
        out.patchLength(itemLength, encoding);
      }
      out.patchLength(length, encoding);
    },
  };
}

const codeOf = (vr: string, { explicit }: Encoding): number => (explicit ? vrCode(vr) : 0);
