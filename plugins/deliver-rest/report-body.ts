// Makes the body of a delivery in the format the site chose.
import {
  type DeliverStep,
  deliveryContext,
  Permanent,
  type ResultArtifact,
  type Template,
  TemplateProblem,
  type Templates,
} from "@thalamus/sdk";
import { diagnosticReport } from "./fhir-report.ts";
import type { RestSettings } from "./settings.ts";
import { newPlaceholder, StreamedBody } from "./streamed-body.ts";

/** The templates of the settings, read. */
export interface RestTemplates {
  readonly url: Template;
  readonly body: Template;
  readonly headers: readonly { readonly name: string; readonly value: Template }[];
}

/** @throws TemplateProblem */
export function readTemplates(settings: RestSettings, templates: Templates): RestTemplates {
  return {
    url: templates.compile(settings.url, "url"),
    body: templates.compile(settings.body, formOf(settings.contentType) ?? "json"),
    headers: settings.headers.map(({ name, value }) => ({ name, value: templates.compile(value, "header") })),
  };
}

/** How values are written in a body of this type; nothing when that is not known. */
export function formOf(contentType: string): "json" | "xml" | undefined {
  const [type = ""] = contentType.toLowerCase().split(";");
  if (/(?:\/|\+)json\s*$/.test(type)) return "json";
  return /(?:\/|\+)xml\s*$/.test(type) ? "xml" : undefined;
}

export interface ReportRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: StreamedBody;
}

/** @throws Permanent `deliver-rest.template` when a template does not come out well for this report */
export function reportRequest(
  step: DeliverStep,
  artifact: ResultArtifact,
  settings: RestSettings,
  read: RestTemplates,
): ReportRequest {
  const placeholder = newPlaceholder();
  const context = deliveryContext(step, { artifact, base64: placeholder });
  try {
    // one spelling, so that of two headers of a name only one is sent
    const own = read.headers.map(
      ({ name, value }) => [name.toLowerCase(), headerValue(value(context))] as const,
    );
    return {
      url: read.url(context),
      headers: {
        ...Object.fromEntries(own),
        "content-type": contentTypeOf(settings, artifact),
        [settings.idempotencyHeader.toLowerCase()]: step.id,
      },
      body: bodyOf(settings, artifact, read, context, placeholder),
    };
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    throw new Permanent("deliver-rest.template", `A template cannot be filled in. ${error.message}`);
  }
}

function bodyOf(
  { format, method }: RestSettings,
  artifact: ResultArtifact,
  read: RestTemplates,
  context: ReturnType<typeof deliveryContext>,
  placeholder: string,
): StreamedBody {
  if (format === "file") return StreamedBody.ofFile(artifact);
  const text = format === "template" ? read.body(context) : fhirText(format, context, method === "PUT");
  if (isSpoilt(text, placeholder)) {
    throw new TemplateProblem("report.base64 can only be written as it is, without a function.");
  }
  return StreamedBody.ofText(text, placeholder, artifact);
}

const fhirText = (
  format: "fhir-r4" | "fhir-r5",
  context: ReturnType<typeof deliveryContext>,
  namesItself: boolean,
): string => JSON.stringify(diagnosticReport(format, context, namesItself));

/** A function that cuts or changes the report would cut or change what stands for it. */
export function isSpoilt(text: string, placeholder: string): boolean {
  const count = (part: string, whole: string) => whole.split(part).length - 1;
  const beginning = placeholder.slice(0, 16);
  return count(beginning.toLowerCase(), text.toLowerCase()) !== count(placeholder, text);
}

const TYPES = { "fhir-r4": "4.0", "fhir-r5": "5.0" } as const;

function contentTypeOf({ format, contentType }: RestSettings, { mediaType }: ResultArtifact): string {
  if (format === "template") return contentType;
  return format === "file" ? mediaType : `application/fhir+json; fhirVersion=${TYPES[format]}`;
}

/** Headers are Latin-1 (RFC 9110 5.5); what is beyond would be refused. */
export const headerValue = (value: string): string =>
  value.replaceAll(/[^\t\u0020-\u007E\u00A0-\u00FF]/g, "?");
