// Settings of deliver-email: who gets what, in whose words; the defaults tell nothing about the patient.
import { mailSettings, Settings, type Static, Type } from "@thalamus/sdk";

const DEFAULT_SUBJECT = "{{#if result.error}}Failure report{{else}}Report{{/if}} for order {{order.id}}";

const DEFAULT_TEXT = `{{#if result.error}}
Order {{order.id}} ended without a result.

Reason: {{result.error.message}} ({{result.error.code}})

The failure report says what to do.
{{else}}
The report of {{result.product}} {{result.productVersion}} for order {{order.id}} is attached.
{{/if}}

This mail was sent by the integration hub.
`;

const DEFAULT_FILE_NAME = "{{order.id}}_{{#if result.error}}failure{{else}}{{report.name}}{{/if}}";

const DEFAULT_DOCUMENT_TEXT = `{{document.title}} is attached. Rows: {{document.rows}}.

This mail was sent by the integration hub.
`;

const NAMES = "A template; the notes below list what it can name.";

export const EmailSettings = Settings({
  ...mailSettings,
  results: Type.Union([Type.Literal("both"), Type.Literal("diagnostic"), Type.Literal("failure")], {
    title: "Results",
    description: "Which results are sent: with measurements, failure reports, or both.",
    default: "both",
  }),
  attach: Type.Array(
    Type.String({
      description: "A format: report, preview, summary, data or another of the product's.",
      minLength: 1,
    }),
    {
      title: "Attachments",
      description: "Formats that are attached where the result has them; none: an empty list.",
      default: ["report"],
      maxItems: 20,
    },
  ),
  subject: Type.String({ title: "Subject", description: NAMES, minLength: 1, default: DEFAULT_SUBJECT }),
  text: Type.String({ title: "Text", description: NAMES, default: DEFAULT_TEXT }),
  html: Type.String({
    title: "HTML",
    description: "The same in HTML, for readers that show it; left out when empty. A template.",
    default: "",
  }),
  fileName: Type.String({
    title: "File names",
    description: "Name of each attachment without its ending; `report` is the file. A template.",
    minLength: 1,
    default: DEFAULT_FILE_NAME,
  }),
  documentSubject: Type.String({
    title: "Subject of group reports",
    description: "A template over group and document.",
    minLength: 1,
    default: "{{document.title}}",
  }),
  documentText: Type.String({
    title: "Text of group reports",
    description: "A template over group and document; the report is attached.",
    default: DEFAULT_DOCUMENT_TEXT,
  }),
  priority: Type.Union([Type.Literal("normal"), Type.Literal("high"), Type.Literal("low")], {
    title: "Priority",
    description: "As mail readers show it.",
    default: "normal",
  }),
});

export type EmailSettings = Static<typeof EmailSettings>;
