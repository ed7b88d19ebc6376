// Settings of notify: who is told of which events, when, and in whose words; patients are named only when asked for.
import { mailSettings, NOTICE_EVENTS, type NoticeEvent, Settings, type Static, Type } from "@thalamus/sdk";

const EVENTS = Object.keys(NOTICE_EVENTS) as NoticeEvent[];

/** What somebody should look at. */
const DEFAULT_EVENTS: NoticeEvent[] = [
  "study.qc-failed",
  "cloud.upload-failed",
  "report.delivery-failed",
  "processing.failed",
  "group.report-failed",
  "system.cpu-high",
  "system.memory-high",
  "system.swap-high",
  "system.disk-low",
  "system.recovered",
];

const DEFAULT_SUBJECT = "{{#if single}}{{title}}{{else}}{{count}} events{{/if}}";

const DEFAULT_TEXT = `{{#each notices}}
{{time}}  {{title}}
{{#if study}}
    Study: {{study}}
{{/if}}
{{#if group}}
    Group: {{group}}
{{/if}}
{{#if product}}
    Product: {{product}}
{{/if}}
{{#if target}}
    Where: {{target}}
{{/if}}
{{#if code}}
    Code: {{code}}
{{/if}}
{{#if metric}}
    {{metric}}: {{percent}} %, limit {{limit}} %
{{/if}}

{{/each}}
This mail was sent by the integration hub.
`;

const ofDay = (title: string, description: string) =>
  Type.String({ title, description, pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" });

export const NotifySettings = Settings({
  ...mailSettings,
  events: Type.Array(
    Type.Union(
      EVENTS.map((event) => Type.Literal(event)),
      { title: "Event", description: "One of the events in the notes below." },
    ),
    {
      title: "Events",
      description: "What this destination is told.",
      uniqueItems: true,
      minItems: 1,
      default: DEFAULT_EVENTS,
    },
  ),
  digestMinutes: Type.Integer({
    title: "Digest",
    description: "Events wait this many minutes for others and come in one mail; 0: each at once.",
    minimum: 0,
    maximum: 10_080,
    default: 0,
  }),
  quietHours: Type.Optional(
    Type.Object(
      {
        from: ofDay("From", "HH:MM, in the time zone of upkeep.timeZone."),
        to: ofDay("To", "HH:MM; earlier than From: over midnight."),
        afterwards: Type.Union([Type.Literal("together"), Type.Literal("never")], {
          title: "Afterwards",
          description: "together: what happened comes in one mail when they end; never: it does not come.",
          default: "together",
        }),
      },
      { additionalProperties: false, title: "Quiet hours", description: "When nothing is sent." },
    ),
  ),
  includePhi: Type.Boolean({
    title: "Name patients",
    description:
      "Templates can name patient and study; only where recipients and servers are the site's own.",
    default: false,
  }),
  subject: Type.String({
    title: "Subject",
    description: "A template; the notes below list what it can name.",
    minLength: 1,
    default: DEFAULT_SUBJECT,
  }),
  text: Type.String({
    title: "Text",
    description: "A template; the notes below list what it can name.",
    minLength: 1,
    default: DEFAULT_TEXT,
  }),
});

export type NotifySettings = Static<typeof NotifySettings>;
