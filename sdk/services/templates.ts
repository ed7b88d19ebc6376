// Texts that a site words itself: message bodies, subjects, file names.

/**
 * How a value is written where the template names it, so that no value can end the text around it: `json` inside a
 * JSON string or as a whole JSON value, `html` and `xml` as text or in a quoted attribute, `hl7` escaped for a field (HL7
 * 2.5.1 2.7; with three braces `^` keeps components apart), `header` on one line, `url` percent-encoded within a path or
 * a query, `text` as it is.
 */
export type TemplateForm = "json" | "html" | "xml" | "hl7" | "header" | "url" | "text";

export interface Templates {
  /** @throws TemplateProblem when the source cannot be read */
  compile(source: string, form: TemplateForm): Template;
}

/** @throws TemplateProblem when the text does not come out well, for example as JSON that is none */
export type Template = (context: Readonly<Record<string, unknown>>) => string;

/** Its message says where and what, and shows no value. */
export class TemplateProblem extends Error {
  override readonly name = "TemplateProblem";
}
