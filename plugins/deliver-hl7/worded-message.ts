// What a site words itself: single fields, or the whole message; tried on a sample before a patient's values meet it.
import {
  type DeliveryContext,
  type SettingsProblem,
  sampleDelivery,
  sampleStep,
  type Template,
  TemplateProblem,
  type Templates,
} from "@thalamus/sdk";
import {
  buildHl7,
  encodedSegments,
  extendedCompositeName,
  extendedPersonName,
  Hl7Problem,
  type Hl7Segment,
  hl7Time,
  hl7TimeOfDicom,
  isTimeZone,
  withFields,
} from "@thalamus/sdk/hl7";
import { bareContent, type ReportContent, zoneOf } from "./report-content.ts";
import type { Hl7Settings } from "./settings.ts";

/** Fields of MSH that are the hub's: delimiters, control id, character set. */
const OWN_FIELDS = [1, 2, 10, 18];

type Context = DeliveryContext & { readonly message: ReturnType<typeof messageWords> };

/** Makes of what the hub would send what the site wants to be sent. */
export interface Wording {
  /** @throws TemplateProblem, Hl7Problem */
  apply(segments: readonly Hl7Segment[], delivery: DeliveryContext, content: ReportContent): Hl7Segment[];
}

/**
 * Reads the templates of the settings and tries each on a sample.
 * @returns what does not come out well, with the setting it stands in
 */
export function wordingProblems(settings: Hl7Settings, templates: Templates): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  const attempt = (path: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof TemplateProblem || error instanceof Hl7Problem)) throw error;
      problems.push({ path, message: error.message });
    }
  };
  if (!isTimeZone(zoneOf(settings))) {
    return [{ path: "timeZone", message: "There is no such time zone; write for example Europe/Berlin." }];
  }
  if (settings.template !== "") {
    attempt("template", () => tryOnSamples({ ...settings, segments: [] }, templates));
  }
  for (const [index, segment] of settings.segments.entries()) {
    const alone = { ...settings, template: "", segments: [segment] };
    attempt(`segments.${index}.template`, () => tryOnSamples(alone, templates));
  }
  return problems;
}

/** A result and a failure, since a template may name what only one of them has. */
function tryOnSamples(settings: Hl7Settings, templates: Templates): void {
  const wording = openWording(settings, templates);
  for (const kind of ["diagnostic", "failure"] as const) {
    const content = bareContent(sampleStep(kind), settings);
    buildHl7(wording.apply([SAMPLE_HEADER], sampleDelivery(kind), content), "UNICODE UTF-8");
  }
}

/** @throws TemplateProblem when a template cannot be read, or a field belongs to the hub */
export function openWording(settings: Hl7Settings, templates: Templates): Wording {
  const whole = settings.template === "" ? undefined : templates.compile(settings.template, "hl7");
  const fields = settings.segments.map(({ segment, field, template }) => {
    if (segment === "MSH" && OWN_FIELDS.includes(field)) {
      throw new TemplateProblem(`MSH-${field} belongs to the hub.`);
    }
    return { segment, field, template: templates.compile(template, "hl7") };
  });
  return {
    apply: (segments, delivery, content) => {
      const context = { ...delivery, message: messageWords(settings, content) };
      const base = whole ? wholeMessage(whole, context, content.controlId) : segments;
      return fields.reduce((sum, one) => withField(sum, one, context), [...base]);
    },
  };
}

function wholeMessage(template: Template, context: Context, controlId: string): Hl7Segment[] {
  const [header, ...rest] = encodedSegments(template(context));
  if (!header) throw new Hl7Problem("the message is empty");
  // the site may have a place for it, but the hub waits for its own
  return [withFields(header, { 10: controlId }), ...rest];
}

function withField(
  segments: Hl7Segment[],
  { segment, field, template }: { segment: string; field: number; template: Template },
  context: Context,
): Hl7Segment[] {
  const set = { [field]: { encoded: template(context) } };
  if (!segments.some(({ name }) => name === segment)) return [...segments, { name: segment, fields: set }];
  return segments.map((one) => (one.name === segment ? withFields(one, set) : one));
}

/** What templates can name beside the delivery: values in the form that HL7 has for them. */
function messageWords(
  settings: Hl7Settings,
  { controlId, orderNumber, identity, result, timeZone }: ReportContent,
) {
  const name = extendedPersonName(identity.patientName, settings.characterSet);
  const components = (one: unknown): string => (Array.isArray(one) ? one.join("^").replace(/\^+$/, "") : "");
  return {
    controlId,
    orderNumber,
    version: settings.version,
    status: result.kind === "failure" ? settings.failureStatus : settings.resultStatus,
    time: hl7Time(result.createdAt, timeZone),
    studyTime: hl7TimeOfDicom(identity.studyDate, identity.studyTime, timeZone),
    patientName: components(name?.repeated[0]),
    referringPhysician: components(extendedCompositeName(identity.referringPhysicianName)),
  };
}

const SAMPLE_HEADER: Hl7Segment = { name: "MSH", fields: { 9: ["ORU", "R01"], 10: "SAMPLE" } };
