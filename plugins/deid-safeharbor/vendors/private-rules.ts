// Private elements that stay: what a converter of diffusion images reads, by the creator of their block.
import { impliedVr } from "@thalamus/sdk/dicom/dictionary";
import type { Action, ElementRule } from "../rules/element-rule.ts";
import type { DeidSettings } from "../settings.ts";

type Low = readonly number[];
interface Kinds {
  /** Low bytes of the element numbers, by what may stand in them. */
  readonly number?: Low;
  readonly term?: Low;
  readonly describe?: Low;
  readonly recurse?: Low;
  readonly csa?: Low;
  readonly protocol?: Low;
}

type Block = Kinds & { readonly creator: string; readonly group: number };
const block = (creator: string, group: number, kinds: Kinds): Block => ({ creator, group, ...kinds });

/** facts.md section 8, and what dcm2niix takes for gradients, mosaics, geometry, order of slices and scaling. */
const BLOCKS: readonly Block[] = [
  // Siemens: mosaic, b value, directionality, direction, timing, b matrix; the CSA headers are cleaned inside
  block("SIEMENS MR HEADER", 0x0019, {
    number: [0x0a, 0x0b, 0x0c, 0x0e, 0x14, 0x15, 0x16, 0x17, 0x18, 0x27, 0x28, 0x29],
    term: [0x0d],
  }),
  block("SIEMENS MR HEADER", 0x0051, { describe: [0x0b, 0x0c, 0x0e, 0x11, 0x13, 0x16] }),
  block("SIEMENS CSA HEADER", 0x0029, { csa: [0x10, 0x20] }),
  // Siemens XA, classic and enhanced
  block("SIEMENS MR SDS 01", 0x0021, {
    number: [0x05, 0x1a, 0x53],
    describe: [0x09],
    protocol: [0x19],
    recurse: [0xfe],
  }),
  block("SIEMENS MR SDI 02", 0x0021, {
    number: [0x04, 0x1c, 0x42, 0x53, 0x56, 0x59, 0x8a],
    term: [0x75],
    describe: [0x06, 0x58, 0x76],
    recurse: [0xfe],
  }),
  // GE: vectors, number of directions and of b = 0, b value, sequence, phase or magnitude, order of slices
  block("GEMS_ACQU_01", 0x0019, {
    number: [0x17, 0x1b, 0x5a, 0x7f, 0xa2, 0xa9, 0xb2, 0xb3, 0xb6, 0xbb, 0xbc, 0xbd, 0xdf, 0xe0, 0xe2],
    describe: [0x9c, 0x9e],
  }),
  block("GEMS_RELA_01", 0x0021, { number: [0x4f, 0x5e] }),
  block("GEMS_IMAG_01", 0x0027, { number: [0x60, 0x61, 0x62] }),
  block("GEMS_PARM_01", 0x0043, { number: [0x02, 0x03, 0x04, 0x2c, 0x2f, 0x30, 0x39, 0x7c, 0x83, 0xb6] }),
  // Philips, classic and enhanced; DD 006 is usually the block of (2005,1599)
  block("Philips Imaging DD 001", 0x2001, {
    number: [0x03, 0x08, 0x0a, 0x13, 0x14, 0x18, 0x1b, 0x22, 0x2d, 0x81],
    term: [0x04, 0x0b, 0x10, 0x19, 0x1c, 0x1f],
  }),
  block("Philips MR Imaging DD 001", 0x2005, {
    number: [0x0d, 0x0e, 0x0f, 0x10, 0x30, 0x63, 0x71, 0x72, 0x73, 0x78, 0x79, 0x7a, 0xa0, 0xb0, 0xb1, 0xb2],
    term: [0x11, 0x6f],
  }),
  block("Philips MR Imaging DD 005", 0x2005, {
    number: [0x12, 0x13, 0x14, 0x15, 0x17, 0x3c],
    term: [0x29],
    recurse: [0x0f],
  }),
  block("Philips MR Imaging DD 006", 0x2005, { number: [0x96, 0x99], term: [0x95] }),
  // United Imaging: b value, direction, slices of a grid with their positions
  block("Image Private Header", 0x0065, {
    number: [0x09, 0x0a, 0x14, 0x15, 0x25, 0x37, 0x50, 0x58],
    describe: [0x05, 0x0d],
    recurse: [0x51],
  }),
  // Canon and Toshiba: slice, b value, direction, position
  block("TOSHIBA_MEC_MR3", 0x700d, { number: [0x02, 0x03, 0x08, 0x09, 0x15, 0x80, 0x81, 0x90] }),
  block("CANON_MEC_MR3", 0x700d, { number: [0x02, 0x03, 0x08, 0x09, 0x15, 0x80, 0x81, 0x90] }),
];

const FIRST_BLOCK = 0x1000;
const CREATOR_RULE: ElementRule = { action: "creator", rule: "X-030" };
const GONE: ElementRule = { action: "remove", rule: "PS3.15 X (private)" };

/** Decides about private elements by who reserved their block, never by the number of the block. */
export class PrivateRules {
  readonly #byCreator = new Map<string, Map<number, ElementRule>>();

  constructor(more: DeidSettings["keepPrivateElements"]) {
    for (const { creator, group, ...kinds } of BLOCKS) {
      for (const [action, lows] of Object.entries(kinds)) {
        for (const low of lows as Low) this.#add(creator, group, low, action as Action, "X-030");
      }
    }
    for (const { creator, element } of more) {
      const [group = "", low = ""] = element.split(",");
      this.#add(
        creator,
        Number.parseInt(group, 16),
        Number.parseInt(low.slice(2), 16),
        "keep",
        "keepPrivateElements",
      );
    }
  }

  #add(creator: string, group: number, low: number, action: Action, rule: string): void {
    const key = `${group} ${creator}`;
    const block = this.#byCreator.get(key) ?? new Map<number, ElementRule>();
    const vr = impliedVr(((group << 16) | FIRST_BLOCK | low) >>> 0, false, creator);
    this.#byCreator.set(key, block.set(low, { action, rule, ...(vr === "UN" ? {} : { vr }) }));
  }

  /** Of the element that reserves a block: it stays when anything of the block may. */
  creatorRule(group: number, creator: string): ElementRule {
    return this.#byCreator.has(`${group} ${creator}`) ? CREATOR_RULE : GONE;
  }

  /** @param creator of its block; undefined when nobody reserved it */
  ruleOf(group: number, low: number, creator: string | undefined): ElementRule {
    if (creator === undefined) return GONE;
    return this.#byCreator.get(`${group} ${creator}`)?.get(low) ?? GONE;
  }
}
