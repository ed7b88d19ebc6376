// age and sex stand in the sidecar in a form that is taken. Neither is ever shown.
import type { CheckLine } from "@thalamus/sdk";
import { ageInYears, ageString, type IfuProfile, isWithin, rangeWords, sexCode } from "@thalamus/sdk/quality";
import type { ImageFacts } from "./image-facts.ts";

/** What was given with the upload or corrected since; it counts more than what the sidecars say. */
export interface GivenDemographics {
  /** VR AS. */
  readonly age: string | undefined;
  readonly sex: boolean;
}

/** The spellings in use (input specification). */
const AGE_KEYS = ["PatientAge", "patientAge", "patient_age"];
const SEX_KEYS = ["PatientSex", "patientSex", "patient_sex"];

interface Finding {
  readonly ok: boolean;
  readonly text: string;
}

export function checkSidecar(
  images: readonly ImageFacts[],
  given: GivenDemographics,
  { age: rule }: IfuProfile,
): CheckLine {
  const accepted = rule ? `; age ${rangeWords(rule, "years")}` : "";
  const line = {
    id: "A-308",
    title: "Metadata sidecar",
    wanted: `Age (048Y or 48) and sex (M or F) in the JSON sidecar${accepted}`,
  };
  if (images.length === 0) return { ...line, verdict: "not-run", found: "No file to look at" };
  const ages = valuesOf(images, AGE_KEYS, ageString);
  const findings = [
    given.age === undefined ? findingOf("Age", ages) : besides("Age"),
    given.sex ? besides("Sex") : findingOf("Sex", valuesOf(images, SEX_KEYS, sexCode)),
  ];
  const found = findings.map(({ text }) => text).join("; ");
  if (!findings.every(({ ok }) => ok)) {
    const howToFix =
      "Correct age or sex of the study here and run the checks again; or write PatientAge and PatientSex into " +
      "the sidecar and upload it again.";
    return { ...line, verdict: "fail", found, howToFix };
  }
  const years = ageInYears(given.age ?? ages.values().next().value ?? "");
  if (!rule || (years !== undefined && isWithin(years, rule))) return { ...line, verdict: "pass", found };
  return {
    ...line,
    verdict: rule.otherwise,
    found: `${found}; the age is outside of what the rule set accepts`,
    howToFix: "The product is not made for this age; choose another product or rule set.",
  };
}

const besides = (name: string): Finding => ({ ok: true, text: `${name} was given beside the images` });

/** Different values of all sidecars; `undefined` for one that cannot be read. */
function valuesOf(
  images: readonly ImageFacts[],
  keys: readonly string[],
  read: (given: string) => string | undefined,
): Set<string | undefined> {
  const values = images.flatMap(({ sidecar = {} }) => {
    const given = keys
      .map((key) => sidecar[key])
      .find((one) => one !== undefined && one !== null && one !== "");
    if (given === undefined) return [];
    return [typeof given === "string" || typeof given === "number" ? read(String(given)) : undefined];
  });
  return new Set(values);
}

function findingOf(name: string, values: ReadonlySet<string | undefined>): Finding {
  if (values.size === 0) return { ok: false, text: `${name} is absent` };
  if (values.has(undefined)) return { ok: false, text: `${name} is not in a form that is taken` };
  if (values.size > 1) return { ok: false, text: `Sidecars differ in ${name.toLowerCase()}` };
  return { ok: true, text: `${name} stands in the sidecar` };
}
