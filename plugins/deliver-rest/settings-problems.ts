// What is wrong with settings beyond their schema: templates are filled in with a sample, sign-in has what it needs.
import {
  Permanent,
  parseNetworks,
  type SettingsProblem,
  sampleDelivery,
  sampleDocument,
  type Template,
  type TemplateForm,
  TemplateProblem,
  type Templates,
} from "@thalamus/sdk";
import { formOf } from "./report-body.ts";
import type { RestSettings } from "./settings.ts";

export function settingsProblems(settings: RestSettings, templates: Templates): SettingsProblem[] {
  const samples = kindsOf(settings).map(sampleDelivery);
  const tried = (path: string, source: string, form: TemplateForm) =>
    templateProblem(path, () => templates.compile(source, form), samples);
  const form = formOf(settings.contentType);
  return [
    ...addressProblems(settings, templates, samples),
    ...(form === undefined ? [UNKNOWN_TYPE] : []),
    ...(settings.format === "template" && form !== undefined ? tried("body", settings.body, form) : []),
    ...(form === undefined || settings.documentBody === ""
      ? []
      : templateProblem("documentBody", () => templates.compile(settings.documentBody, form), [
          sampleDocument(),
        ])),
    ...documentUrlProblems(settings, templates),
    ...settings.headers.flatMap(({ value }, at) => tried(`headers.${at}.value`, value, "header")),
    ...settings.headers.flatMap(({ name }, at) => headerProblems(name, at)),
    ...signInProblems(settings.auth),
    ...certificateProblems(settings.tls),
    ...networkProblems(settings.privateNetworks),
    ...otherAddressProblems(settings),
  ];
}

const UNKNOWN_TYPE: SettingsProblem = {
  path: "contentType",
  message: "is no JSON and no XML type, so it is not known how values are written safely",
};

const kindsOf = ({ results }: RestSettings): ("diagnostic" | "failure")[] =>
  results === "both" ? ["diagnostic", "failure"] : [results];

function templateProblem(
  path: string,
  compile: () => Template,
  samples: readonly Readonly<Record<string, unknown>>[],
): SettingsProblem[] {
  try {
    const template = compile();
    for (const sample of samples) template(sample);
    return [];
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    return [{ path, message: error.message }];
  }
}

/** Values may not choose the host: connections, limits and trust belong to it. */
function addressProblems(
  { url }: RestSettings,
  templates: Templates,
  samples: readonly Readonly<Record<string, unknown>>[],
): SettingsProblem[] {
  const path = "url";
  const [, authority = ""] = /^https?:\/\/([^/?#]*)/.exec(url) ?? [];
  if (authority.includes("{{")) return [{ path, message: "values cannot be part of the host" }];
  if (authority.includes("@")) return [{ path, message: "holds a user; use auth" }];
  const problems = templateProblem(path, () => templates.compile(url, "url"), samples);
  if (problems.length > 0) return problems;
  const filled = templates.compile(url, "url")(sampleDelivery("diagnostic"));
  return URL.canParse(filled) ? [] : [{ path, message: "is no URL" }];
}

/** Connections, limits and trust belong to the host of the address. */
function documentUrlProblems({ url, documentUrl }: RestSettings, templates: Templates): SettingsProblem[] {
  const path = "documentUrl";
  if (documentUrl === undefined) return [];
  const host = (address: string) => /^https?:\/\/[^/?#]*/.exec(address)?.[0];
  if (host(documentUrl) !== host(url))
    return [{ path, message: "begins with another scheme or host than url" }];
  return templateProblem(path, () => templates.compile(documentUrl, "url"), [sampleDocument()]);
}

function otherAddressProblems({ proxy, probeUrl, auth }: RestSettings): SettingsProblem[] {
  const given = { proxy, probeUrl, "auth.tokenUrl": auth.tokenUrl };
  return Object.entries(given)
    .filter(([, url]) => url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
    .map(([path]) => ({ path, message: "is no http or https URL" }));
}

function networkProblems(networks: readonly string[]): SettingsProblem[] {
  try {
    parseNetworks(networks, "deliver-rest.not-sent");
    return [];
  } catch (error) {
    if (!(error instanceof Permanent)) throw error;
    return [{ path: "privateNetworks", message: error.message }];
  }
}

/** Headers that the request itself needs right. */
const OWN_HEADERS = new Set([
  "content-length",
  "content-type",
  "host",
  "connection",
  "transfer-encoding",
  "expect",
]);

const headerProblems = (name: string, at: number): SettingsProblem[] =>
  OWN_HEADERS.has(name.toLowerCase())
    ? [{ path: `headers.${at}.name`, message: `${name} is set by the hub itself` }]
    : [];

const NEEDED: Readonly<Record<RestSettings["auth"]["kind"], readonly ("user" | "secret" | "tokenUrl")[]>> = {
  none: [],
  basic: ["user", "secret"],
  bearer: ["secret"],
  header: ["secret"],
  hmac: ["user", "secret"],
  oauth2: ["user", "secret", "tokenUrl"],
};

function signInProblems(auth: RestSettings["auth"]): SettingsProblem[] {
  const has = { user: auth.user, secret: auth.secret ?? auth.secretFile, tokenUrl: auth.tokenUrl };
  const missing = NEEDED[auth.kind].filter((name) => has[name] === undefined);
  const both = auth.secret !== undefined && auth.secretFile !== undefined;
  return [
    ...missing.map((name) => ({ path: `auth.${name}`, message: `is needed for ${auth.kind}` })),
    ...(both
      ? [{ path: "auth.secretFile", message: "is given together with secret; only one of them counts" }]
      : []),
  ];
}

const certificateProblems = (tls: RestSettings["tls"]): SettingsProblem[] =>
  (tls?.certificateFile === undefined) === (tls?.keyFile === undefined)
    ? []
    : [{ path: "tls", message: "certificateFile and keyFile are given together, or neither" }];
