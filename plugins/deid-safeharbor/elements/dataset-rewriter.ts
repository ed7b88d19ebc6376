// Walks a data set in memory and writes it anew: what stays is copied byte for byte, all else by its rule.
import {
  type Encoding,
  formatTag,
  ITEM_DELIMITER,
  MalformedDataset,
  SEQUENCE_DELIMITER,
  Tag,
  UNDEFINED_LENGTH,
  VR_UN,
} from "@thalamus/sdk/dicom";
import type { ElementRule } from "../rules/element-rule.ts";
import { placeOf } from "../rules/rule-book.ts";
import type { AddedElements } from "./added-elements.ts";
import { changeName, type ElementChange } from "./element-change.ts";
import {
  checkDepth,
  type ElementPlace,
  encodingInside,
  encodingOfItem,
  endOf,
  itemAt,
  placeAt,
} from "./element-place.ts";
import { ElementRules } from "./element-rules.ts";
import { actionName, type ElementWatch } from "./element-watch.ts";
import type { FileFacts } from "./file-facts.ts";
import type { LastLevel } from "./last-values.ts";
import type { OutputBytes } from "./output-bytes.ts";
import type { StudyContext } from "./study-context.ts";
import { REMOVED, type Treated, UNCHANGED, ValueTreatment, vrOf } from "./value-treatment.ts";

const PIXEL_DATA_GROUP = 0x7fe0;
const SPACE = 0x20;

/** BurnedInAnnotation (0028,0301) */
const BURNED_IN = 0x00280301;
const NOT_BURNED_IN: ElementRule = { action: "not-burned-in", rule: "PS3.15 113101" };

export interface RewriteOptions {
  /** Something in the pixels is blacked out: no annotation is burned in any more. */
  readonly cleansPicture?: boolean;
  readonly watch?: ElementWatch | undefined;
}

/** The data set or an item of a sequence, while it is walked. */
interface Level {
  readonly end: number;
  readonly encoding: Encoding;
  /** Of the item: `(0008,1140)[0].`; empty at the top. */
  readonly path: string;
  readonly depth: number;
  readonly last: LastLevel<Treated> | undefined;
  characterSet: string | undefined;
}

export class DatasetRewriter {
  readonly #bytes: Buffer;
  readonly #out: OutputBytes;
  readonly #context: StudyContext;
  readonly #facts: FileFacts;
  readonly #treatment: ValueTreatment;
  readonly #cleansPicture: boolean;
  readonly #watch: ElementWatch | undefined;
  readonly changes: ElementChange[] = [];

  constructor(
    bytes: Buffer,
    out: OutputBytes,
    context: StudyContext,
    facts: FileFacts,
    { cleansPicture = false, watch }: RewriteOptions = {},
  ) {
    this.#bytes = bytes;
    this.#out = out;
    this.#context = context;
    this.#facts = facts;
    this.#cleansPicture = cleansPicture;
    this.#watch = watch;
    this.#treatment = new ValueTreatment(context, facts);
  }

  /**
   * The top level, up to the group of the pixel data or the end.
   * @param added elements to put in where they belong
   * @returns where it stopped
   * @throws TruncatedDataset when the bytes end within an element
   */
  rewrite(from: number, encoding: Encoding, added?: AddedElements): number {
    const { characterSet } = this.#facts;
    const last = this.#treatment.last("");
    const top: Level = { end: this.#bytes.length, encoding, path: "", depth: 0, last, characterSet };
    const stop = this.#level(from, top, added);
    if (added) this.#add(added, Number.POSITIVE_INFINITY, encoding);
    return stop;
  }

  /** @returns where the level ended, after its delimiter when it has one */
  #level(from: number, level: Level, added?: AddedElements): number {
    const { end, encoding, depth } = level;
    const rules = new ElementRules(this.#facts.rules, this.#context.privateRules, this.#bytes);
    let at = from;
    // What stays is not written element by element, but in runs.
    let run = from;
    while (at < end) {
      const place = placeAt(this.#bytes, at, end, encoding);
      if (isEndOfLevel(place, depth)) {
        if (depth > 0) at = place.value;
        break;
      }
      if (added && place.tag >= added.next) {
        this.#out.copy(this.#bytes, run, at);
        run = at;
        this.#add(added, place.tag, encoding);
      }
      const rule = this.#cleansPicture && place.tag === BURNED_IN ? NOT_BURNED_IN : rules.ruleOf(place, end);
      const next = rule.action === "recurse" && place.length > 0 ? at : endOf(this.#bytes, place, end, depth);
      if (next === at) {
        this.#out.copy(this.#bytes, run, at);
        this.#see(place, rule, level);
        at = this.#sequence(place, level);
        run = at;
      } else {
        if (this.#isChanged(place, next, rule, level, run)) run = next;
        at = next;
      }
    }
    this.#out.copy(this.#bytes, run, at);
    return at;
  }

  /** Writes the run before it and the new value, if there is one. */
  #isChanged(place: ElementPlace, next: number, rule: ElementRule, level: Level, run: number): boolean {
    const isLeft = isUntouched(place, rule);
    if (isLeft && !this.#watch) return false;
    const treated = isLeft ? UNCHANGED : this.#treated(place, next, rule, level);
    if (place.tag === Tag.SpecificCharacterSet)
      level.characterSet = this.#bytes.toString("latin1", place.value, next).trim();
    if (this.#watch) this.#see(place, rule, level, this.#bytes.subarray(place.value, next), treated);
    if (treated === UNCHANGED) return false;
    this.#out.copy(this.#bytes, run, place.start);
    this.changes.push({
      path: level.path + placeOf(place.tag),
      action: treated === REMOVED ? "remove" : changeName(rule.action),
      rule: rule.rule,
    });
    if (treated !== REMOVED)
      this.#out.element(place.tag, place.vr, treated, padOf(place, rule), place.encoding);
    return true;
  }

  /** What became of the same value in the file before, or what is to become of it. */
  #treated(place: ElementPlace, next: number, rule: ElementRule, { last, characterSet }: Level): Treated {
    if (rule.action === "remove") return REMOVED;
    const before = last?.recall(this.#bytes, place, next, rule, characterSet);
    if (before !== undefined) return before;
    const value = this.#bytes.subarray(place.value, next);
    const treated = this.#treatment.treat(rule, value, place, characterSet);
    last?.keep(this.#bytes, place, next, rule, characterSet, treated);
    return treated;
  }

  /** @param value none for a sequence whose items follow */
  #see(place: ElementPlace, rule: ElementRule, level: Level, value?: Buffer, treated?: Treated): void {
    this.#watch?.see({
      path: level.path + placeOf(place.tag),
      ...{ tag: place.tag, vr: value ? vrOf(place, rule) : "SQ", rule: rule.rule },
      action: treated === REMOVED ? "remove" : actionName(rule.action, treated !== UNCHANGED),
      before: value,
      after: treated === UNCHANGED ? value : treated === REMOVED ? undefined : treated,
      ...{ hasItems: value === undefined, isCsa: rule.action === "csa" },
      ...{ littleEndian: place.encoding.littleEndian, characterSet: level.characterSet },
    });
  }

  /** With a length where it had one, and without where it had none. */
  #sequence(place: ElementPlace, level: Level): number {
    checkDepth(level.depth);
    const encoding = encodingInside(place);
    const open = place.length === UNDEFINED_LENGTH;
    const end = open ? level.end : endOf(this.#bytes, place, level.end, level.depth);
    const length = this.#out.head(place.tag, place.vr, open ? UNDEFINED_LENGTH : 0, place.encoding);
    let at = place.value;
    for (let index = 0; open || at < end; index += 1) {
      const item = itemAt(this.#bytes, at, end, encoding);
      if (item.tag === SEQUENCE_DELIMITER) {
        this.#out.copy(this.#bytes, item.start, item.value);
        at = item.value;
        break;
      }
      at = this.#item(item, end, index, place, level);
    }
    if (!open) this.#out.patchLength(length, place.encoding);
    return open ? at : end;
  }

  #item(item: ElementPlace, end: number, index: number, sequence: ElementPlace, outer: Level): number {
    const open = item.length === UNDEFINED_LENGTH;
    const itemEnd = open ? end : endOf(this.#bytes, item, end, outer.depth);
    const length = this.#out.head(item.tag, 0, open ? UNDEFINED_LENGTH : 0, item.encoding);
    const path = `${outer.path}${placeOf(sequence.tag)}[${index}].`;
    const at = this.#level(item.value, {
      end: itemEnd,
      encoding: encodingOfItem(this.#bytes, item, itemEnd),
      path,
      depth: outer.depth + 1,
      last: this.#treatment.last(path),
      characterSet: outer.characterSet,
    });
    if (!open) this.#out.patchLength(length, item.encoding);
    return at;
  }

  #add(added: AddedElements, before: number, encoding: Encoding): void {
    while (added.next <= before && added.next !== Number.POSITIVE_INFINITY) {
      const element = added.take();
      if (!element) return;
      element.write(this.#out, encoding);
      const { tag, vr, rule, value } = element;
      this.changes.push({ path: placeOf(tag), action: "add", rule });
      this.#watch?.see({
        ...{ path: placeOf(tag), tag, vr, action: "add", rule, before: undefined, after: value },
        ...{ hasItems: false, isCsa: false, characterSet: undefined },
        littleEndian: encoding.littleEndian,
      });
    }
  }
}

/** No look at the value is needed; a private element that stays is looked at. */
function isUntouched({ tag }: ElementPlace, { action }: ElementRule): boolean {
  const isPrivate = (tag >>> 16) % 2 === 1;
  return action === "creator" || action === "recurse" || (action === "keep" && !isPrivate);
}

/** The delimiter of an item, or at the top the pixel data. */
function isEndOfLevel({ tag }: ElementPlace, depth: number): boolean {
  const group = tag >>> 16;
  if (depth > 0 && tag === ITEM_DELIMITER) return true;
  if (group === 0xfffe || group === 0 || group === 2) {
    throw new MalformedDataset(`${formatTag(tag)} stands where an element of the data set should`);
  }
  return depth === 0 && group === PIXEL_DATA_GROUP;
}

/** PS3.5 6.2: UIDs and bytes end with NUL, in implicit files, too. */
const padOf = (place: ElementPlace, rule: ElementRule): number =>
  place.vr === VR_UN || ["UI", "OB"].includes(vrOf(place, rule)) ? 0 : SPACE;
