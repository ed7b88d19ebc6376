// Decides what happens to the pixels of an object: they pass, are masked, or wait for a person.
import type { CheckLine } from "@thalamus/sdk";
import { hiddenContent } from "./hidden-content.ts";
import { type PixelMask, regionsOfRule, whyUnmaskable } from "./mask-plan.ts";
import { type PictureFacts, pictureFacts } from "./picture-facts.ts";
import { findingsOf, isWithoutPicture } from "./picture-findings.ts";
import { bypassedLine, type Finding, failLine, type PixelLineId } from "./pixel-lines.ts";
import type { PixelRules } from "./pixel-rule-settings.ts";
import { type FittingRule, firstFittingRule } from "./pixel-rules.ts";
import type { PixelHeader } from "./pixel-tags.ts";

/** `lines` are for people: `fail` holds, `bypassed` was answered by a rule or a person. No PHI. */
export type PixelVerdict =
  | { readonly kind: "pass"; readonly lines: readonly CheckLine[] }
  | { readonly kind: "hold"; readonly lines: readonly CheckLine[] }
  | {
      readonly kind: "mask";
      readonly mask: PixelMask;
      /** What asked for it: `pixel rule 2`, `hidden overlay`. */
      readonly rule: string;
      readonly lines: readonly CheckLine[];
    };

/** What regions of black cannot answer: the rest of the picture shows it as well. */
const NOT_MASKED: ReadonlySet<PixelLineId> = new Set(["deid.visible-light", "deid.recognizable-features"]);

/** What is known beside the header. */
export interface PixelCircumstances {
  /** `TransformStep.released`: ids of lines that a person let pass. */
  readonly released?: readonly string[];
  /** Length of the value of uncompressed PixelData (7FE0,0010), of `findPixelData`; undefined for fragments. */
  readonly pixelBytes?: number | undefined;
}

/**
 * An object is held unless it is of a class of pure pictures and nothing speaks against it, or a rule of the site or a
 * person answers what was found. Overlays in unused bits are emptied whatever the rules say, and only a person answers for
 * bytes of pixel data that no frame claims.
 * @param header as `readFileHeader` gives it; no pixel is read
 * @param sopClassUid MediaStorageSOPClassUID (0002,0002)
 * @param rules checked by `checkPixelRules`
 */
export function judgePixels(
  header: PixelHeader,
  sopClassUid: string,
  rules: PixelRules,
  { released = [], pixelBytes }: PixelCircumstances = {},
): PixelVerdict {
  const facts = pictureFacts(header, sopClassUid);
  const fitting = firstFittingRule(rules, facts, isWithoutPicture(facts));
  const byRule = fitting ? followRule(fitting, facts, header) : undefined;
  const hidden = hiddenContent(header, pixelBytes);
  const findings = [...(byRule?.findings ?? findingsOf(facts)), ...hidden.findings];
  const lines = [...(byRule?.answered ?? [])];
  for (const finding of findings) {
    const letPass = released.includes(finding.id);
    lines.push(letPass ? bypassedLine(finding, "released by a person") : failLine(finding));
  }
  if (lines.some(({ verdict }) => verdict === "fail")) return { kind: "hold", lines };
  const regions = byRule?.regions ?? [];
  const { emptiesUnusedBits } = hidden;
  if (regions.length === 0 && !emptiesUnusedBits) return { kind: "pass", lines };
  const rule = [
    regions.length > 0 ? fitting?.name : undefined,
    emptiesUnusedBits ? "hidden overlay" : undefined,
  ];
  return { kind: "mask", mask: { regions, emptiesUnusedBits }, rule: rule.filter(Boolean).join(", "), lines };
}

interface Followed {
  /** Findings that the rule leaves open. */
  readonly findings: readonly Finding[];
  readonly answered: readonly CheckLine[];
  readonly regions?: PixelMask["regions"];
}

function followRule({ rule, name }: FittingRule, facts: PictureFacts, header: PixelHeader): Followed {
  const findings = findingsOf(facts);
  const found = facts.sopClass.name;
  switch (rule.action) {
    case "hold":
      return { findings: [{ id: "deid.rule-hold", found: `${found}: ${name}` }, ...findings], answered: [] };
    case "allow":
      return { findings: [], answered: findings.map((one) => bypassedLine(one, `allowed by ${name}`)) };
    case "mask":
    case "mask-outside-regions": {
      const regions = regionsOfRule(rule, header.dataset);
      const problem = "reason" in regions ? regions.reason : whyUnmaskable(header);
      if (problem !== undefined || "reason" in regions) {
        const impossible: Finding = { id: "deid.mask-impossible", found: `${found}, ${name}: ${problem}` };
        return { findings: [impossible, ...findings], answered: [] };
      }
      const masked = findings.filter(({ id }) => !NOT_MASKED.has(id));
      const answered = masked.map((one) => bypassedLine(one, `masked by ${name}`));
      return { findings: findings.filter(({ id }) => NOT_MASKED.has(id)), answered, regions };
    }
  }
}
