// Finds the rule of each element of one level: of the data set, or of one item.
import { UNDEFINED_LENGTH, VR_SQ, VR_UN } from "@thalamus/sdk/dicom";
import { standardVr } from "@thalamus/sdk/dicom/dictionary";
import type { ElementRule } from "../rules/element-rule.ts";
import type { RuleBook } from "../rules/rule-book.ts";
import { isPublicScheme } from "../values/coding-schemes.ts";
import type { PrivateRules } from "../vendors/private-rules.ts";
import { type ElementPlace, endOf, isSequence, placeAt } from "./element-place.ts";

const FIRST_CREATOR = 0x10;
const LAST_CREATOR = 0xff;
/** PS3.5 6.2, VR LO. */
const LONGEST_CREATOR = 64;
/** The tag of an item, little endian, as one number. */
const ITEM_AS_STORED = 0xe000fffe;
/** CodingSchemeDesignator (0008,0102), and how long one of several bytes a character may be. */
const SCHEME = 0x00080102;
const LONGEST_SCHEME = 64;
/** CodeValue (0008,0100), CodingSchemeDesignator, CodingSchemeVersion (0008,0103), CodeMeaning (0008,0104). */
const CODE_TEXTS = new Set([0x00080100, SCHEME, 0x00080103, 0x00080104]);
const OWN_CODE: ElementRule = { action: "describe", rule: "code of no public scheme" };
const GONE: ElementRule = { action: "remove", rule: "PS3.15 X (private)" };
const NOT_THIS_KIND: ElementRule = { action: "remove", rule: "no such VR in PS3.6" };

/** Private blocks are reserved level by level (PS3.5 7.8.1), so each level has one of these. */
export class ElementRules {
  readonly #book: RuleBook;
  readonly #privateRules: PrivateRules;
  readonly #bytes: Buffer;
  #hasPublicCode: boolean | undefined;
  #creators: Map<number, string> | undefined;

  constructor(book: RuleBook, privateRules: PrivateRules, bytes: Buffer) {
    this.#book = book;
    this.#privateRules = privateRules;
    this.#bytes = bytes;
  }

  /**
   * Must be asked for every element of the level, in their order.
   * @param end of the level, or of what it stands in
   */
  ruleOf(place: ElementPlace, end: number): ElementRule {
    const group = place.tag >>> 16;
    const rule = group % 2 === 1 ? this.#privateRule(group, place) : this.#book.ruleOf(place.tag, place.vr);
    if (CODE_TEXTS.has(place.tag) && rule.action === "text") return this.#codeRule(rule, place, end);
    if (rule.action !== "recurse" && !isSequence(place)) return rule;
    return this.#hasItems(place) ? ruleOfSequence(rule, place) : NOT_THIS_KIND;
  }

  /** A code stays with its meaning when everybody knows its scheme; a site's own codes are text like any other. */
  #codeRule(rule: ElementRule, place: ElementPlace, end: number): ElementRule {
    this.#hasPublicCode ??= isPublicScheme(this.#schemeFrom(place, end));
    return this.#hasPublicCode ? rule : OWN_CODE;
  }

  /** CodingSchemeDesignator (0008,0102) stands behind CodeValue (0008,0100) and before CodeMeaning (0008,0104). */
  #schemeFrom(first: ElementPlace, end: number): string {
    let place = first;
    while (place.tag < SCHEME) {
      const next = endOf(this.#bytes, place, end, 0);
      if (next >= end) return "";
      place = placeAt(this.#bytes, next, end, place.encoding);
    }
    if (place.tag !== SCHEME || place.length > LONGEST_SCHEME) return "";
    const { value, length } = place;
    return this.#bytes.toString("latin1", value, value + length).replace(/^ +|[\0 ]+$/g, "");
  }

  /** UN of defined length may be a sequence that its writer did not know, or anything else. */
  #hasItems({ vr, value, length }: ElementPlace): boolean {
    if (vr !== VR_UN || length === UNDEFINED_LENGTH || length === 0) return true;
    return length >= 8 && this.#bytes.readUInt32LE(value) === ITEM_AS_STORED;
  }

  #privateRule(group: number, place: ElementPlace): ElementRule {
    const element = place.tag & 0xffff;
    if (element >= FIRST_CREATOR && element <= LAST_CREATOR) return this.#openBlock(group, element, place);
    return this.#privateRules.ruleOf(
      group,
      element & 0xff,
      this.#creators?.get((group << 8) | (element >>> 8)),
    );
  }

  #openBlock(group: number, block: number, { value, length }: ElementPlace): ElementRule {
    if (length > LONGEST_CREATOR) return GONE;
    const creator = this.#bytes.toString("latin1", value, value + length).replace(/^ +|[\0 ]+$/g, "");
    this.#creators ??= new Map();
    this.#creators.set((group << 8) | block, creator);
    return this.#privateRules.creatorRule(group, creator);
  }
}

/** A sequence is walked, emptied or removed; what should be one and is not cannot be read and goes. */
function ruleOfSequence(rule: ElementRule, place: ElementPlace): ElementRule {
  const { action } = rule;
  if (action === "recurse") {
    const readable = isSequence(place) || place.vr === 0 || place.vr === VR_UN;
    return readable ? rule : NOT_THIS_KIND;
  }
  if (action === "remove" || action === "empty") return rule;
  if (action === "dummy") return { ...rule, action: "empty" };
  const isPrivate = (place.tag >>> 16) % 2 === 1;
  // a site may keep a private sequence; of the standard only what is one in PS3.6
  if (action === "keep" && (isPrivate ? place.vr === VR_SQ : standardVr(place.tag) === "SQ")) {
    return { ...rule, action: "recurse" };
  }
  return NOT_THIS_KIND;
}
