// Decides by what was found whether an upload is taken in, and with which values about the patient.
import type { UploadSettings } from "../config/upload-settings.ts";
import { type NiftiPlan, planBundles } from "./nifti-bundle.ts";
import type { PatientValues, ValueName, ValueSource } from "./patient-values.ts";
import { isSidecar, readSidecar } from "./sidecar.ts";
import type { Survey } from "./survey.ts";
import { UploadRefusal } from "./upload-problem.ts";

/** Values that count more than those of the images, and where each stood. */
export interface SuppliedValues {
  readonly values: PatientValues;
  readonly from: Partial<Record<ValueName, ValueSource>>;
}

export interface Plan {
  readonly format: "dicom" | "nifti";
  /** Files of a NIfTI upload by position; empty for DICOM. */
  readonly nifti: NiftiPlan;
  readonly supplied: SuppliedValues;
}

/**
 * @param form what the sender gave beside the files
 * @throws UploadRefusal: nothing of the upload is taken in then
 */
export function judge(found: Survey, form: PatientValues, settings: UploadSettings): Plan {
  const { dicom, images, sidecars, problems } = found;
  const hasNifti = images.length > 0;
  if (hasNifti && dicom.size > 0) {
    const message = "The upload holds DICOM and NIfTI files. Send them as two uploads.";
    throw new UploadRefusal("upload.mixed-formats", message);
  }
  if (!hasNifti && dicom.size === 0) throw nothingFound(found);
  const nifti: NiftiPlan = hasNifti ? planBundles(found, problems) : new Map();
  // beside a NIfTI image it may say how it was acquired and leave the patient to the form
  const meant = sidecars.filter(({ values }) => hasNifti || isSidecar(values));
  const sidecar = oneSidecar(meant.map(({ values }) => readSidecar(values)));
  const supplied = precedence(form, sidecar);
  if (!hasNifti) reportOthers(found);
  oneStudyFor(supplied, found);
  if (settings.requireDemographics) checkDemographics(supplied, found, hasNifti);
  return { format: hasNifti ? "nifti" : "dicom", nifti, supplied };
}

/** Files that mean something in a NIfTI upload only. */
function reportOthers({ bvals, bvecs, sidecars, problems }: Survey): void {
  for (const { position } of [...bvals, ...bvecs]) {
    problems.add(position, "upload.nifti-left-over", "This file belongs to no image, so it was left out.");
  }
  for (const { position, values } of sidecars) {
    if (isSidecar(values)) continue;
    const message = "This JSON file says neither age, sex nor accession number.";
    problems.add(position, "upload.not-sidecar", message);
  }
}

/** When every file has the same fault, that is what the sender should read first. */
function nothingFound({ problems }: Survey): UploadRefusal {
  const [first] = problems.list();
  const codes = new Set(problems.list().map(({ code }) => code));
  if (first && codes.size === 1)
    return new UploadRefusal(first.code, `Nothing could be taken in: ${first.message}`);
  return new UploadRefusal(
    "upload.nothing-found",
    "The upload holds no DICOM or NIfTI file that can be read.",
  );
}

/** Several sidecars, one for each image, must not say different things of one patient. */
function oneSidecar(all: readonly PatientValues[]): PatientValues {
  const merged: PatientValues = Object.assign({}, ...all);
  for (const one of all) {
    for (const [name, value] of Object.entries(one)) {
      if (merged[name as ValueName] === value) continue;
      const message = "Several sidecars contradict each other. Send one study in an upload.";
      throw new UploadRefusal("upload.sidecars-differ", message);
    }
  }
  return merged;
}

/** form > sidecar > DICOM. */
function precedence(form: PatientValues, sidecar: PatientValues): SuppliedValues {
  const named = (values: PatientValues, source: ValueSource) =>
    Object.fromEntries(Object.keys(values).map((name) => [name, source]));
  return {
    values: { ...sidecar, ...form },
    from: { ...named(sidecar, "sidecar"), ...named(form, "form") },
  };
}

/** Age and sex of one patient must not be written to the study of another one. */
function oneStudyFor({ values }: SuppliedValues, { studies }: Survey): void {
  if (studies.size < 2 || Object.keys(values).length === 0) return;
  throw new UploadRefusal(
    "upload.several-studies",
    `The upload holds ${studies.size} studies, and form or sidecar speak of one patient. Send each by itself, or ` +
      "leave the form empty.",
  );
}

/** age and sex stand in the form, the sidecar or the images. */
function checkDemographics({ values }: SuppliedValues, { studies }: Survey, hasNifti: boolean): void {
  const sights = [...studies.values()];
  const inImages = (has: "hasAge" | "hasSex") => !hasNifti && sights.every((sight) => sight[has]);
  const missing = [
    ...(values.patientAge !== undefined || inImages("hasAge") ? [] : ["age"]),
    ...(values.patientSex !== undefined || inImages("hasSex") ? [] : ["sex"]),
  ];
  if (missing.length === 0) return;
  const of = studies.size > 1 ? ` of each of the ${studies.size} studies` : "";
  const places = hasNifti ? "form or sidecar" : "form, sidecar or images";
  throw new UploadRefusal(
    "upload.no-demographics",
    `The patient's ${missing.join(" and ")}${of} must stand in ${places}. Fill it in and upload again.`,
  );
}
