// deliver-rest: sends reports to a REST endpoint, in a body the site words, as a file, or as FHIR.
import { defineDelivery, eachStep, HttpToken, TemplatesToken } from "@thalamus/sdk";
import { RestDestination } from "./rest-destination.ts";
import { RestSettings } from "./settings.ts";
import { settingsProblems } from "./settings-problems.ts";

export default defineDelivery({
  name: "deliver-rest",
  title: "REST API",
  summary: "Sends reports by HTTP POST or PUT, in base64 within a body by template, as a file, or as FHIR.",
  settings: RestSettings,
  needs: { http: HttpToken, templates: TemplatesToken },
  formats: ["dicom", "nifti"],
  // a repeat carries the same Idempotency-Key; with PUT the second time overwrites the first
  onInterrupted: "repeat",
  settingsProblems: ({ settings, templates }) => settingsProblems(settings, templates),
  deliver: (steps$, { settings, http, templates }) => {
    const destination = new RestDestination(settings, http, templates);
    return steps$.pipe(
      eachStep((step, signal) => destination.deliver(step, signal), { width: settings.atOnce }),
    );
  },
  deliverDocument: (document, { settings, http, templates }, signal) =>
    new RestDestination(settings, http, templates).deliverDocument(document, signal),
  probe: ({ settings, http, templates }, signal) =>
    new RestDestination(settings, http, templates).probe(signal),
});
