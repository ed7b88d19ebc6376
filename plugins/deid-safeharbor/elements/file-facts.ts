// Looks at a whole header before anything is written: who is named in it, how old the patient is, what object it is.
import { decodeText, type Encoding, ITEM_DELIMITER, SEQUENCE_DELIMITER, Tag } from "@thalamus/sdk/dicom";
import { kindOfObject } from "../rules/basic-profile-rules.ts";
import type { RuleBook } from "../rules/rule-book.ts";
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
    this.#level(from, this.#bytes.length, encoding, 0, undefined);
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

  #level(
    from: number,
    end: number,
    encoding: Encoding,
    depth: number,
    characterSet: string | undefined,
  ): void {
    const rules = new ElementRules(this.#context.rules("classic"), this.#context.privateRules, this.#bytes);
    let set = characterSet;
    let at = from;
    while (at < end) {
      const place = placeAt(this.#bytes, at, end, encoding);
      if (place.tag === ITEM_DELIMITER) return;
      if (depth === 0 && place.tag >>> 16 === PIXEL_DATA_GROUP) return;
      at = endOf(this.#bytes, place, end, depth);
      const { action, identifies } = rules.ruleOf(place, end);
      const walked = isSequence(place) || action === "recurse";
      if (walked) this.#items(place, at, depth, set);
      else if (depth === 0 && TOLD.has(place.tag)) this.#told.set(place.tag, this.#ascii(place));
      if (place.tag === Tag.SpecificCharacterSet) set = this.#ascii(place);
      if (identifies && !walked && place.length > 0 && place.length <= LONGEST_IDENTIFIER) {
        this.#context.known.add(identifies, decodeText(this.#value(place), set));
      }
    }
  }

  #items(sequence: ElementPlace, end: number, depth: number, characterSet: string | undefined): void {
    checkDepth(depth);
    const encoding = encodingInside(sequence);
    let at = sequence.value;
    while (at < end) {
      const item = itemAt(this.#bytes, at, end, encoding);
      if (item.tag === SEQUENCE_DELIMITER) return;
      at = endOfItem(this.#bytes, item, end, depth + 1);
      this.#level(item.value, at, encodingOfItem(this.#bytes, item, at), depth + 1, characterSet);
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
