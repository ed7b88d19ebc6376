// Looks at a whole header before anything is written: who is named in it, how old the patient is, what object it is.
import { decodeText, type Encoding, ITEM_DELIMITER, SEQUENCE_DELIMITER, Tag } from "@thalamus/sdk/dicom";
import { kindOfObject } from "../rules/basic-profile-rules.ts";
import { placeOf, type RuleBook } from "../rules/rule-book.ts";
import { isOverEightyNine } from "../values/age.ts";
import {
  checkDepth,
  type ElementPlace,
  encodingInside,
  encodingOfItem,
  endOf,
  endOfItem,
  isSequence,
  itemAt,
  placeAt,
} from "./element-place.ts";
import { ElementRules } from "./element-rules.ts";
import type { StudyContext } from "./study-context.ts";

export interface FileFacts {
  readonly rules: RuleBook;
  /** SpecificCharacterSet (0008,0005) of the top level. */
  readonly characterSet: string | undefined;
  readonly overEightyNine: boolean;
  readonly hasPatientId: boolean;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly modality: string;
}

const PIXEL_DATA_GROUP = 0x7fe0;
/** Identifying values are short; what is longer is no name. */
const LONGEST_IDENTIFIER = 1024;
const TOLD = new Set<number>([
  Tag.SpecificCharacterSet,
  Tag.SOPClassUID,
  Tag.SOPInstanceUID,
  Tag.SeriesInstanceUID,
  Tag.StudyInstanceUID,
  Tag.Modality,
  Tag.PatientID,
  Tag.PatientAge,
  Tag.PatientBirthDate,
  Tag.StudyDate,
]);

interface SurveyedLevel {
  readonly end: number;
  readonly depth: number;
  /** Of the item: `(0008,1140)[0].`; empty at the top. */
  readonly path: string;
  readonly characterSet: string | undefined;
}

/** Follows every element, also of sequences that will be removed, and tells the study's known values. */
export class HeaderSurvey {
  readonly #bytes: Buffer;
  readonly #context: StudyContext;
  readonly #told = new Map<number, string>();

  constructor(bytes: Buffer, context: StudyContext) {
    this.#bytes = bytes;
    this.#context = context;
  }

  /**
   * @param from where the data set begins
   * @throws TruncatedDataset when the bytes end within an element
   */
  survey(from: number, encoding: Encoding): FileFacts {
    this.#level(from, encoding, { end: this.#bytes.length, depth: 0, path: "", characterSet: undefined });
    const told = (tag: number): string => this.#told.get(tag) ?? "";
    const sopClassUid = told(Tag.SOPClassUID);
    return {
      rules: this.#context.rules(kindOfObject(sopClassUid)),
      characterSet: this.#told.get(Tag.SpecificCharacterSet),
      overEightyNine: isOverEightyNine(told(Tag.PatientAge), told(Tag.PatientBirthDate), told(Tag.StudyDate)),
      hasPatientId: this.#told.has(Tag.PatientID),
      sopClassUid,
      sopInstanceUid: told(Tag.SOPInstanceUID),
      seriesInstanceUid: told(Tag.SeriesInstanceUID),
      studyInstanceUid: told(Tag.StudyInstanceUID),
      modality: told(Tag.Modality),
    };
  }

  #level(from: number, encoding: Encoding, { end, depth, path, characterSet }: SurveyedLevel): void {
    const rules = new ElementRules(this.#context.rules("classic"), this.#context.privateRules, this.#bytes);
    const last = this.#context.surveyed.level(path);
    let set = characterSet;
    let at = from;
    while (at < end) {
      const place = placeAt(this.#bytes, at, end, encoding);
      if (place.tag === ITEM_DELIMITER) return;
      if (depth === 0 && place.tag >>> 16 === PIXEL_DATA_GROUP) return;
      at = endOf(this.#bytes, place, end, depth);
      const rule = rules.ruleOf(place, end);
      const walked = isSequence(place) || rule.action === "recurse";
      if (walked) this.#items(place, at, { end, depth, path, characterSet: set });
      else if (depth === 0 && TOLD.has(place.tag)) this.#told.set(place.tag, this.#ascii(place));
      if (place.tag === Tag.SpecificCharacterSet) set = this.#ascii(place);
      if (rule.identifies && !walked && place.length > 0 && place.length <= LONGEST_IDENTIFIER) {
        if (last?.recall(this.#bytes, place, at, rule, set)) continue;
        this.#context.known.add(rule.identifies, decodeText(this.#value(place), set));
        last?.keep(this.#bytes, place, at, rule, set, true);
      }
    }
  }

  #items(sequence: ElementPlace, end: number, { depth, path, characterSet }: SurveyedLevel): void {
    checkDepth(depth);
    const encoding = encodingInside(sequence);
    let at = sequence.value;
    for (let index = 0; at < end; index += 1) {
      const item = itemAt(this.#bytes, at, end, encoding);
      if (item.tag === SEQUENCE_DELIMITER) return;
      at = endOfItem(this.#bytes, item, end, depth + 1);
      const inner = `${path}${placeOf(sequence.tag)}[${index}].`;
      const level = { end: at, depth: depth + 1, path: inner, characterSet };
      this.#level(item.value, encodingOfItem(this.#bytes, item, at), level);
    }
  }

  #value({ value, length }: ElementPlace): Buffer {
    return this.#bytes.subarray(value, value + length);
  }

  #ascii(place: ElementPlace): string {
    return this.#value(place)
      .toString("latin1")
      .replace(/^ +|[\0 ]+$/g, "");
  }
}
