// What becomes of one value under its rule.
import { isUid, VR_UN, vrName } from "@thalamus/sdk/dicom";
import { standardVr } from "@thalamus/sdk/dicom/dictionary";
import type { Action, ElementRule } from "../rules/element-rule.ts";
import { publicAge } from "../values/age.ts";
import { isTime, shiftDate, shiftDateTime } from "../values/date-shift.ts";
import { dummyValue } from "../values/dummy-values.ts";
import type { Cleaning } from "../values/text-cleaner.ts";
import { isStandardUid } from "../values/uid-map.ts";
import { maskedZip } from "../values/zip-code.ts";
import { cleanCsaHeader } from "../vendors/siemens-csa.ts";
import { cleanProtocol } from "../vendors/siemens-protocol.ts";
import type { ElementPlace } from "./element-place.ts";
import type { FileFacts } from "./file-facts.ts";
import type { LastLevel } from "./last-values.ts";
import type { StudyContext } from "./study-context.ts";

/** The value stays as it is. */
export const UNCHANGED = Symbol("unchanged");
/** The element is left out. */
export const REMOVED = Symbol("removed");
export type Treated = typeof UNCHANGED | typeof REMOVED | Buffer;

const NOTHING = Buffer.alloc(0);
const NUMBERS = /^[\d+\-.eE \\]*$/;
const BINARY_NUMBERS = new Set(["FD", "FL", "OD", "OF", "SL", "SS", "SV", "UL", "US", "UV"]);
const NUMBERS_OF_SCANNERS = { least: 1e-30, most: 1e12 };
/** Eight letters as a double are tiny or huge, but for those that end with `?` or `@`. */
const NUMBERS_LIKE_TEXT = { least: 1e-6, most: 1e5 };
/** A private value of unknown kind that is longer is no number. */
const LONGEST_NUMBERS = 65_536;
const SEXES = /^[MFO]$/;
const TEXT_VRS = new Set(["LO", "LT", "SH", "ST", "UC", "UT"]);

export class ValueTreatment {
  readonly #context: StudyContext;
  readonly #facts: FileFacts;

  constructor(context: StudyContext, facts: FileFacts) {
    this.#context = context;
    this.#facts = facts;
    context.treated.begin(`${context.known.generation} ${facts.overEightyNine}`);
  }

  /** What became of the last file's values of a level: as long as nothing new is known, the same becomes of them now. */
  last(path: string): LastLevel<Treated> | undefined {
    return this.#context.treated.level(path);
  }

  /** @param value as it stands, with its padding */
  treat(rule: ElementRule, value: Buffer, place: ElementPlace, characterSet: string | undefined): Treated {
    const { action } = rule;
    if (action === "remove") return REMOVED;
    if (action === "pseudonym") return Buffer.from(this.#context.pseudonym, "latin1");
    if (value.length === 0) return UNCHANGED;
    if (action === "empty") return NOTHING;
    const vr = vrOf(place, rule);
    const isWritten = place.vr !== 0 && place.vr !== VR_UN;
    switch (action) {
      case "not-burned-in":
        return Buffer.from("NO");
      case "dummy":
        return dummyValue(vr);
      case "csa":
        return cleanCsaHeader(value) ?? REMOVED;
      case "protocol":
        return Buffer.from(cleanProtocol(value.toString("latin1")), "latin1");
      case "number":
        return isNumbers(value, vr, isWritten) ? UNCHANGED : NOTHING;
      case "keep":
        return this.#keep(value, vr, isWritten, characterSet);
      case "text":
      case "describe":
      case "software":
      case "code":
      case "term":
        return this.#text(action, value, vr, characterSet);
      default:
        return this.#word(action, value);
    }
  }

  /** A private element that a site wants to keep. */
  #keep(value: Buffer, vr: string, isWritten: boolean, characterSet: string | undefined): Treated {
    if (vr === "DS" || vr === "IS" || BINARY_NUMBERS.has(vr))
      return isNumbers(value, vr, isWritten) ? UNCHANGED : NOTHING;
    if (vr === "UI") return this.#word("uid", value);
    if (vr === "DA" && this.#context.settings.shiftDates) return this.#word("date", value);
    if (vr === "DT" && this.#context.settings.shiftDates) return this.#word("date-time", value);
    if (TEXT_VRS.has(vr) || vr === "CS" || vr === "") return this.#text("text", value, vr, characterSet);
    return REMOVED;
  }

  #text(cleaning: Cleaning, value: Buffer, vr: string, characterSet: string | undefined): Treated {
    return this.#context.text.clean(cleaning, value, vr, characterSet) ?? UNCHANGED;
  }

  /** Dates, UIDs and the like: ASCII, a backslash between several. */
  #word(action: Action, value: Buffer): Treated {
    const text = value.toString("latin1").replace(/^ +|[\0 ]+$/g, "");
    const clean = action === "zip" ? (maskedZip(text) ?? "") : this.#words(action, text);
    if (clean === text) return UNCHANGED;
    return action === "zip" && clean === "" ? REMOVED : Buffer.from(clean, "latin1");
  }

  #words(action: Action, text: string): string {
    if (!text.includes("\\")) return this.#one(action, text);
    return text
      .split("\\")
      .map((part) => this.#one(action, part.trim()))
      .join("\\");
  }

  #one(action: Action, text: string): string {
    if (text === "") return "";
    const { uids, dateOffset } = this.#context;
    switch (action) {
      case "uid":
        return isStandardUid(text) ? text : uids.map(text);
      case "class-uid":
        return isUid(text) ? text : uids.map(text);
      case "date":
        return shiftDate(text, dateOffset) ?? "";
      case "date-time":
        return shiftDateTime(text, dateOffset) ?? "";
      case "birth-date":
        return this.#facts.overEightyNine ? "" : (shiftDate(text, dateOffset) ?? "");
      case "time":
        return isTime(text) ? text : "";
      case "age":
        return this.#facts.overEightyNine ? "090Y" : (publicAge(text) ?? "");
      case "sex":
        return SEXES.test(text) ? text : "";
      default:
        return "";
    }
  }
}

/** What the value is: as written, or as PS3.6 or its maker says where nothing or UN is written. */
export function vrOf({ tag, vr }: ElementPlace, rule: ElementRule): string {
  const written = vr === 0 ? "" : vrName(vr);
  return written === "" || written === "UN" ? (rule.vr ?? standardVr(tag) ?? "") : written;
}

/**
 * Numbers in text, or bytes that can be nothing but binary numbers.
 * @param isWritten the file itself says what the value is; a dictionary may be wrong about it
 */
function isNumbers(value: Buffer, vr: string, isWritten: boolean): boolean {
  if (isWritten && BINARY_NUMBERS.has(vr)) return true;
  const text = value.toString("latin1").replace(/[\0 ]+$/, "");
  if (NUMBERS.test(text)) return true;
  if (!isWritten && vr === "FD") return areDoubles(value);
  const isBinary = vr === "" || vr === "OB" || vr === "OW" || BINARY_NUMBERS.has(vr);
  return isBinary && value.length <= LONGEST_NUMBERS && value.length % 2 === 0 && !/[ -~]{6}/.test(text);
}

/** Implicit files are little endian. Doubles may look like text by chance, but text never like doubles of a scanner. */
function areDoubles(value: Buffer): boolean {
  if (value.length % 8 !== 0) return false;
  for (let at = 0; at < value.length; at += 8) {
    const size = Math.abs(value.readDoubleLE(at));
    const isText = /^[ -~]{8}$/.test(value.toString("latin1", at, at + 8));
    const { least, most } = isText ? NUMBERS_LIKE_TEXT : NUMBERS_OF_SCANNERS;
    if (size !== 0 && !(size >= least && size < most)) return false;
  }
  return true;
}
