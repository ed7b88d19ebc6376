// What is wrong with settings beyond their schema: nobody to tell, or a template that cannot be filled in.
import {
  type NoticeEvent,
  Permanent,
  parseNetworks,
  type SettingsProblem,
  sampleStep,
  type Templates,
} from "@thalamus/sdk";
import { mailOf } from "./by-mail.ts";
import type { NotifySettings } from "./settings.ts";
import { wordsOf } from "./wording.ts";

const MAIL = ["host", "from", "to"] as const;

export function settingsProblems(settings: NotifySettings, templates: Templates): SettingsProblem[] {
  return [...wayProblems(settings), ...webhookProblems(settings), ...templateProblems(settings, templates)];
}

/** Exactly one way, so that a record of what was sent is about one answer. */
function wayProblems(settings: NotifySettings): SettingsProblem[] {
  const given = MAIL.filter((name) => settings[name] !== undefined);
  if (settings.webhook !== undefined)
    return given.map((path) => ({ path, message: "is for mail; with webhook it is left out" }));
  if (mailOf(settings)) return [];
  const missing = MAIL.filter((name) => settings[name] === undefined);
  return missing.map((path) => ({ path, message: "is needed for mail; or give webhook" }));
}

function webhookProblems({ webhook }: NotifySettings): SettingsProblem[] {
  if (webhook === undefined) return [];
  const problems: SettingsProblem[] = [];
  const protocol = URL.parse(webhook.url)?.protocol;
  if (protocol !== "https:" && protocol !== "http:")
    problems.push({ path: "webhook.url", message: "is no http or https URL" });
  if (webhook.secret !== undefined && webhook.secretFile !== undefined)
    problems.push({ path: "webhook.secretFile", message: "is given together with secret" });
  try {
    parseNetworks(webhook.privateNetworks, "notify.not-accepted");
  } catch (error) {
    if (!(error instanceof Permanent)) throw error;
    problems.push({ path: "webhook.privateNetworks", message: error.message });
  }
  return problems;
}

/** Tried on every event it wants, with a patient that is nobody. */
function templateProblems(settings: NotifySettings, templates: Templates): SettingsProblem[] {
  const { id, revision, identity } = sampleStep("diagnostic").study;
  const study = { id, revision, identity };
  const at = new Date();
  // the union is made of a list, which the types do not see
  const events: readonly NoticeEvent[] = settings.events;
  const samples = events.map((event) => {
    const isOfStudy = !event.startsWith("system.");
    return { id, event, at, detail: {}, ...(isOfStudy ? { study } : {}) };
  });
  try {
    const words = wordsOf(templates, settings);
    for (const sample of samples) words([sample], id);
    words(samples, id);
    return [];
  } catch (error) {
    if (!(error instanceof Permanent)) throw error;
    const path = /^The template "(?<name>[\w.]+)"/.exec(error.message)?.groups?.["name"] ?? "text";
    return [{ path, message: error.message }];
  }
}
