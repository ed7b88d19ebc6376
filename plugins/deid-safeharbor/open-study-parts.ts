// Wires the judge of pixels, the second pass and the manifest to the pass over a study.
import { Permanent, type SiteKeys, type TransformStep } from "@thalamus/sdk";
import type { StudyContext } from "./elements/study-context.ts";
import type { StudyParts } from "./study-parts.ts";

const MISSING = "No second pass and no manifest are wired: nothing leaves without proof.";

export function openStudyParts(_step: TransformStep, _context: StudyContext, _keys: SiteKeys): StudyParts {
  const refuse = (): never => {
    throw new Permanent("deid-safeharbor.unproven", MISSING);
  };
  return { judge: refuse, prove: refuse, finishProof: refuse, record: refuse };
}
