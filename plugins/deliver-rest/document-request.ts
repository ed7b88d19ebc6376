// Makes the request that brings a document which belongs to no study: as it is, or in a body the site words.
import {
  documentContext,
  type OutgoingDocument,
  Permanent,
  TemplateProblem,
  type Templates,
} from "@thalamus/sdk";
import { contentDisposition } from "@thalamus/sdk/web";
import { formOf, headerValue, isSpoilt, type ReportRequest } from "./report-body.ts";
import type { RestSettings } from "./settings.ts";
import { newPlaceholder, StreamedBody } from "./streamed-body.ts";

/** @throws Permanent `deliver-rest.template` when a template names what a document does not have */
export function documentRequest(
  document: OutgoingDocument,
  settings: RestSettings,
  templates: Templates,
): ReportRequest {
  const placeholder = newPlaceholder();
  const context = documentContext(document, placeholder);
  try {
    const own = settings.headers.map(
      ({ name, value }) =>
        [name.toLowerCase(), headerValue(templates.compile(value, "header")(context))] as const,
    );
    const asIs = settings.documentBody === "";
    return {
      url: templates.compile(settings.documentUrl ?? settings.url, "url")(context),
      headers: {
        ...Object.fromEntries(own),
        "content-type": asIs ? document.mediaType : settings.contentType,
        ...(asIs ? { "content-disposition": contentDisposition(document.fileName) } : {}),
        [settings.idempotencyHeader.toLowerCase()]: document.id,
      },
      body: asIs ? StreamedBody.ofFile(document) : bodyOf(document, settings, templates, placeholder),
    };
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    throw new Permanent("deliver-rest.template", `A template cannot be filled in. ${error.message}`);
  }
}

function bodyOf(
  document: OutgoingDocument,
  { documentBody, contentType }: RestSettings,
  templates: Templates,
  placeholder: string,
): StreamedBody {
  const write = templates.compile(documentBody, formOf(contentType) ?? "json");
  const text = write(documentContext(document, placeholder));
  if (isSpoilt(text, placeholder)) {
    throw new TemplateProblem("document.base64 can only be written as it is, without a function.");
  }
  return StreamedBody.ofText(text, placeholder, document);
}
