// age and sex are present and in standard form. Neither is ever shown.
import type { CheckLine } from "@thalamus/sdk";
import {
  ageInYears,
  type IfuProfile,
  isWithin,
  rangeWords,
  sexCode,
  yearsBetween,
} from "@thalamus/sdk/quality";
import type { ImageFacts } from "./image-facts.ts";

type Finding = { readonly ok: boolean; readonly text: string };

/** What a person gave, with an upload or as a correction, in standard form; it counts more than the images. */
export interface GivenDemographics {
  /** VR AS. */
  readonly age: string | undefined;
  readonly sex: boolean;
}

type AgeRule = IfuProfile["age"];

export function checkDemographics(
  images: readonly ImageFacts[],
  given: GivenDemographics,
  { age: rule }: IfuProfile,
): CheckLine {
  const accepted = rule ? `; age ${rangeWords(rule, "years")}` : "";
  const line = {
    id: "A-303",
    title: "Patient demographics",
    wanted: `Age as nnnY (or M, W, D) or birth date and study date; sex M or F${accepted}`,
  };
  if (images.length === 0) return { ...line, verdict: "not-run", found: "No image to look at" };
  const findings = [
    given.age === undefined ? ageFinding(images) : { ok: true, text: "Age was given beside the images" },
    given.sex ? { ok: true, text: "Sex was given beside the images" } : sexFinding(images),
  ];
  const found = findings.map(({ text }) => text).join("; ");
  if (!findings.every(({ ok }) => ok)) {
    const howToFix =
      "Correct age or sex of the study here and run the checks again; or correct PatientAge (0010,1010), " +
      "PatientBirthDate (0010,0030) or PatientSex (0010,0040) where the study comes from, and send it again.";
    return { ...line, verdict: "fail", found, howToFix };
  }
  if (isAcceptedAge(images, given.age, rule)) return { ...line, verdict: "pass", found };
  return {
    ...line,
    verdict: rule?.otherwise ?? "fail",
    found: `${found}; the age is outside of what the rule set accepts`,
    howToFix: "The product is not made for this age; choose another product or rule set.",
  };
}

function isAcceptedAge(images: readonly ImageFacts[], given: string | undefined, rule: AgeRule): boolean {
  if (!rule) return true;
  const stated = given === undefined ? images.map((image) => yearsOf(image)) : [ageInYears(given)];
  return stated.every((years) => years !== undefined && isWithin(years, rule));
}

const yearsOf = ({ patientAge, patientBirthDate, studyDate }: ImageFacts): number | undefined =>
  patientAge === "" ? yearsBetween(patientBirthDate, studyDate) : ageInYears(patientAge);

function ageFinding(images: readonly ImageFacts[]): Finding {
  const ages = new Set(images.map((image) => ageSource(image)));
  if (ages.has("invalid")) return { ok: false, text: "Age is not in standard form" };
  if (ages.has("absent")) return { ok: false, text: "Age is absent and cannot be computed" };
  return { ok: true, text: ages.has("computed") ? "Age follows from birth date" : "Age is present" };
}

function ageSource(image: ImageFacts) {
  const known = yearsOf(image) !== undefined;
  if (image.patientAge !== "") return known ? "present" : "invalid";
  return known ? "computed" : "absent";
}

function sexFinding(images: readonly ImageFacts[]): Finding {
  if (images.some(({ patientSex }) => patientSex === "")) return { ok: false, text: "Sex is absent" };
  const sexes = new Set(images.map(({ patientSex }) => sexCode(patientSex)));
  if (sexes.has(undefined)) return { ok: false, text: "Sex is neither M nor F" };
  return sexes.size > 1 ? { ok: false, text: "Images differ in sex" } : { ok: true, text: "Sex is present" };
}
