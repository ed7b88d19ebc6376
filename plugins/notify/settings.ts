// Settings of notify: who is told of which events, when, and in whose words; patients are named only when asked for.
import {
  mailSettings,
  NOTICE_EVENTS,
  type NoticeEvent,
  Secret,
  Settings,
  type Static,
  Type,
} from "@thalamus/sdk";

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

const DEFAULT_BODY = `{ "id": "{{batch}}", "count": {{count}}, "events": {{json notices}} }
`;

const text = (title: string, description: string) => Type.String({ title, description, minLength: 1 });

const Webhook = Type.Object(
  {
    url: text("Address", "Where events are sent by HTTP POST."),
    body: Type.String({
      title: "Body",
      description:
        "A template of JSON; values cannot break out of it. The notes below list what it can name.",
      minLength: 1,
      maxLength: 65_536,
      default: DEFAULT_BODY,
      "x-ui": { widget: "template" },
    }),
    secret: Type.Optional(
      Secret({
        title: "Secret",
        description: "Each request is signed with it (HMAC-SHA-256); see the notes below.",
      }),
    ),
    secretFile: Type.Optional(
      text("Secret file", "File that holds the secret, instead of the setting. Absolute path."),
    ),
    caFile: Type.Optional(
      text(
        "Authorities file",
        "Who may have signed the service's certificate; public ones if left out. PEM; absolute path.",
      ),
    ),
    privateNetworks: Type.Array(Type.String({ minLength: 1 }), {
      title: "Private networks",
      description: "Networks of the house that may be reached: 10.20.0.0/16. None unless given.",
      maxItems: 32,
      default: [],
    }),
  },
  {
    additionalProperties: false,
    title: "Webhook",
    description: "A web service that is told, instead of people by mail.",
  },
);
export type WebhookSettings = Static<typeof Webhook>;

const ofDay = (title: string, description: string) =>
  Type.String({ title, description, pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" });

export const NotifySettings = Settings({
  ...mailSettings,
  host: Type.Optional(mailSettings.host),
  from: Type.Optional(mailSettings.from),
  to: Type.Optional(mailSettings.to),
  webhook: Type.Optional(Webhook),
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
    description: "Events wait this many minutes for others and come in one message; 0: each at once.",
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
          description: "together: what happened comes in one message when they end; never: it does not come.",
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
