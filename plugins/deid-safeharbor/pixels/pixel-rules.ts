// The site's table of pixel rules: which devices are known to write into their pictures, where, and which never do.
import { Permanent } from "@thalamus/sdk/errors";
import type { PictureFacts } from "./picture-facts.ts";
import type { PixelRule, PixelRules, Region } from "./pixel-rule-settings.ts";

const CRITERIA = [
  ...["modality", "manufacturer", "model", "softwareVersion", "sopClass", "imageType", "rows", "columns"],
] as readonly (keyof PixelRule)[];

/**
 * Checks what a schema cannot say; call it once, before the first study.
 * @throws Permanent `deid-safeharbor.pixel-rule`, naming the rule
 */
export function checkPixelRules(rules: PixelRules): void {
  for (const [index, rule] of rules.entries()) {
    const wrong = whatIsWrong(rule);
    if (wrong) throw new Permanent("deid-safeharbor.pixel-rule", `Pixel rule ${index + 1}: ${wrong}`);
  }
}

function whatIsWrong(rule: PixelRule): string | undefined {
  const { action, regions = [], rows = 65_535, columns = 65_535 } = rule;
  if (CRITERIA.every((name) => rule[name] === undefined)) return "it does not say for which pictures it is";
  if (action === "mask" && regions.length === 0) return "it masks, but has no regions";
  if ((action === "allow" || action === "hold") && regions.length > 0) {
    return `it has regions, but its action is ${action}`;
  }
  const outside = regions.findIndex((region) => !isInside(region, rows, columns));
  return outside < 0 ? undefined : `region ${outside + 1} reaches outside of ${columns} x ${rows} pixels`;
}

export const isInside = ({ x, y, width, height }: Region, rows: number, columns: number): boolean =>
  width > 0 && height > 0 && x + width <= columns && y + height <= rows;

/** A rule and how it is called: `pixel rule 2`. */
export interface FittingRule {
  readonly rule: PixelRule;
  readonly name: string;
}

/** @param needsSopClass only rules that name the SOP class count */
export function firstFittingRule(
  rules: PixelRules,
  facts: PictureFacts,
  needsSopClass: boolean,
): FittingRule | undefined {
  const index = rules.findIndex(
    (rule) => (!needsSopClass || rule.sopClass !== undefined) && fits(rule, facts),
  );
  return index < 0 ? undefined : { rule: rules[index]!, name: `pixel rule ${index + 1}` };
}

function fits(rule: PixelRule, facts: PictureFacts): boolean {
  return (
    matches(rule.modality, facts.modality) &&
    matches(rule.manufacturer, facts.manufacturer) &&
    matches(rule.model, facts.model) &&
    facts.softwareVersions.some((version) => matches(rule.softwareVersion, version)) &&
    matches(rule.sopClass, facts.sopClassUid) &&
    matches(rule.imageType, facts.imageType.join("\\")) &&
    (rule.rows === undefined || rule.rows === facts.rows) &&
    (rule.columns === undefined || rule.columns === facts.columns)
  );
}

function matches(pattern: string | undefined, value: string): boolean {
  if (pattern === undefined) return true;
  const parts = pattern.trim().toLowerCase().split("*");
  const text = value.trim().toLowerCase();
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
