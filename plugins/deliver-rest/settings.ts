// The settings of a REST destination.
import { Secret, Settings, type Static, shownWhen, Type } from "@thalamus/sdk";
import { DEFAULT_BODY } from "./default-body.ts";

const text = (
  title: string,
  description: string,
  options: { default?: string; pattern?: string; "x-ui"?: object } = {},
) => Type.String({ title, description, minLength: 1, maxLength: 4096, ...options });

const optionalText = (title: string, description: string, hints: object = {}) =>
  Type.Optional(text(title, description, { "x-ui": hints }));

const signIn = (...kinds: string[]) => shownWhen("kind", kinds);

const choice = <const T extends readonly string[]>(
  values: T,
  title: string,
  description: string,
  preset: T[number],
) => {
  const literals = values.map((value) => Type.Literal(value));
  return Type.Unsafe<T[number]>(Type.Union(literals, { title, description, default: preset }));
};

const WITH_SECRET = ["basic", "bearer", "header", "hmac", "oauth2"];
const group = { additionalProperties: false };

const Authentication = Type.Object(
  {
    kind: choice(
      ["none", "basic", "bearer", "header", "hmac", "oauth2"],
      "Kind",
      "basic: user and secret; bearer: secret; header: secret in a header of any name; hmac: every request is signed with " +
        "the secret; oauth2: client credentials (RFC 6749 4.4).",
      "none",
    ),
    user: optionalText(
      "User",
      "User name (basic), key id (hmac) or client id (oauth2).",
      signIn("basic", "hmac", "oauth2"),
    ),
    secret: Type.Optional(
      Secret(
        { title: "Secret", description: "Password, token, key or client secret." },
        signIn(...WITH_SECRET),
      ),
    ),
    secretFile: optionalText(
      "Secret file",
      "File with the secret instead; absolute path; read at each delivery.",
      signIn(...WITH_SECRET),
    ),
    headerName: text("Header", "Name of the header (header).", {
      default: "X-API-Key",
      pattern: "^[!-9;-~]+$",
      "x-ui": signIn("header"),
    }),
    tokenUrl: optionalText("Token address", "Where tokens are given out (oauth2).", signIn("oauth2")),
    scope: optionalText("Scope", "Scope that is asked for (oauth2).", signIn("oauth2")),
  },
  {
    ...group,
    title: "Sign-in",
    description: "How the hub says who it is.",
    default: { kind: "none", headerName: "X-API-Key" },
  },
);

const Tls = Type.Object(
  {
    caFile: optionalText(
      "Authorities file",
      "Who may have signed the server's certificate. PEM; absolute path.",
    ),
    certificateFile: optionalText("Certificate file", "Own certificate, for mutual TLS. PEM; absolute path."),
    keyFile: optionalText("Private key file", "Key of the own certificate. PEM; absolute path."),
    serverName: optionalText(
      "Name in the certificate",
      "Name the certificate must have; the host if left out.",
    ),
  },
  { ...group, title: "TLS", description: "Certificates; TLS 1.2 or newer is spoken with https." },
);

const Header = Type.Object(
  {
    name: text("Name", "Name of the header.", { pattern: "^[!-9;-~]+$" }),
    value: text("Value", "A template; what it writes stays on one line."),
  },
  group,
);

const seconds = (title: string, description: string, preset: number) =>
  Type.Number({ title, description, minimum: 0.1, maximum: 86_400, default: preset });

export const RestSettings = Settings({
  url: text(
    "Address",
    "Where reports are sent; a template behind the host. Values in it get into others' logs.",
    {
      pattern: "^https?://",
    },
  ),
  method: choice(["POST", "PUT"], "Method", "PUT where the address names the report.", "POST"),
  format: choice(
    ["template", "file", "fhir-r4", "fhir-r5"],
    "Body",
    "template: what body says; file: the report itself; fhir-r4, fhir-r5: a DiagnosticReport with the report in it.",
    "template",
  ),
  body: Type.String({
    title: "Body template",
    description: "Handlebars over patient, study, order, result and report; report.base64 is the file.",
    minLength: 1,
    maxLength: 65_536,
    default: DEFAULT_BODY,
    "x-ui": {
      widget: "template",
      placeholders: ["order.id", "study.instanceUid", "result.product", "report.base64"],
      ...shownWhen("format", ["template"]),
    },
  }),
  documentUrl: optionalText(
    "Address of group reports",
    "Where reports of groups are sent, if elsewhere on the same host; a template over group and document.",
  ),
  documentBody: Type.String({
    title: "Body of group reports",
    description: "A template over group and document; document.base64 is the file. Empty: the file itself.",
    maxLength: 65_536,
    default: "",
    "x-ui": { widget: "template" },
  }),
  contentType: text("Content type", "Of a body by template: a JSON type or an XML one.", {
    default: "application/json",
  }),
  artifact: text(
    "Report format",
    "report (PDF), preview (PNG), summary, data (JSON), xml, features (CSV), maps/FA …",
    {
      default: "report",
    },
  ),
  failureArtifact: text("Failure report format", "report (PDF), preview (PNG) or summary (text).", {
    default: "report",
  }),
  results: choice(
    ["diagnostic", "failure", "both"],
    "Results",
    "Which results are delivered here.",
    "diagnostic",
  ),
  headers: Type.Array(Header, {
    title: "Headers",
    description: "Further headers of the request.",
    maxItems: 32,
    default: [],
    "x-ui": { itemTitle: "name", addLabel: "Add a header" },
  }),
  idempotencyHeader: text("Idempotency header", "Carries the same key whenever a delivery is repeated.", {
    default: "Idempotency-Key",
    pattern: "^[!-9;-~]+$",
  }),
  auth: Authentication,
  tls: Type.Optional(Tls),
  proxy: optionalText("Proxy", "Address of an HTTP proxy: http://proxy.example.org:3128"),
  privateNetworks: Type.Array(Type.String({ minLength: 1 }), {
    title: "Private networks",
    description:
      "Networks in the house that may be reached, like 10.20.0.0/16; all others have to be public ones.",
    default: [],
  }),
  successStatuses: Type.Array(Type.Integer({ minimum: 200, maximum: 499 }), {
    title: "Statuses of success",
    description: "What the server answers when it has taken a report; any from 200 to 299 when empty.",
    default: [],
  }),
  receiptPointer: Type.String({
    title: "Receipt id",
    description: "Where in a JSON answer the id of the receipt is (JSON Pointer, RFC 6901).",
    pattern: "^(/.*)?$",
    maxLength: 256,
    default: "/id",
  }),
  probeUrl: optionalText(
    "Test address",
    "Asked with GET by Test Delivery; without it the address itself, with OPTIONS.",
  ),
  connectSeconds: seconds("Time to connect", "Seconds until a connection stands.", 10),
  answerSeconds: seconds("Time to answer", "Seconds until an answer begins, and for it to go on.", 60),
  totalSeconds: seconds("Time for all", "Seconds for one delivery.", 600),
  atOnce: Type.Integer({
    title: "At once",
    description: "Deliveries at the same time.",
    minimum: 1,
    maximum: 64,
    default: 4,
  }),
  perMinute: Type.Optional(
    Type.Integer({
      title: "Per minute",
      description: "Most requests in a minute.",
      minimum: 1,
      maximum: 100_000,
    }),
  ),
});

export type RestSettings = Static<typeof RestSettings>;
