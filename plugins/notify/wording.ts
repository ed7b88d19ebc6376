// What a template can name of the events it tells, and the templates of the settings made ready.
import { NOTICE_EVENTS, type Notice, Permanent, TemplateProblem, type Templates } from "@thalamus/sdk";
import type { NotifySettings } from "./settings.ts";

export interface Words {
  readonly subject: string;
  readonly text: string;
  /** Of a webhook; empty without one. */
  readonly body: string;
}

/** @param batch the same for a repeat */
export type FindWords = (notices: readonly Notice[], batch: string) => Words;

/** @throws Permanent `notify.template` when a template cannot be read, or names what is not there */
export function wordsOf(templates: Templates, settings: NotifySettings): FindWords {
  const subject = told("subject", () => templates.compile(settings.subject, "header"));
  const text = told("text", () => templates.compile(settings.text, "text"));
  const { webhook } = settings;
  const body = webhook && told("webhook.body", () => templates.compile(webhook.body, "json"));
  return (notices, batch) => {
    const sights = notices.map((notice) => sightOf(notice, settings.includePhi));
    const context = {
      ...sights[0],
      batch,
      count: sights.length,
      single: sights.length === 1,
      notices: sights,
    };
    return {
      subject: told("subject", () => subject(context)),
      text: told("text", () => text(context)),
      body: body === undefined ? "" : told("webhook.body", () => body(context)),
    };
  };
}

/** Every name is always there, so that a template can ask for it; the words only ever grow. */
function sightOf({ event, at, detail, study }: Notice, includePhi: boolean) {
  const identity = includePhi ? study?.identity.reveal() : undefined;
  const of = (name: string) => detail[name] ?? null;
  return {
    event,
    title: NOTICE_EVENTS[event],
    time: `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`,
    /** The hub's own name for the study. */
    study: study?.id.slice(0, 8) ?? null,
    revision: study?.revision ?? null,
    ...{ instances: of("instances"), product: of("product"), order: of("order") },
    ...{ target: of("target"), code: of("code"), group: of("name") },
    ...{ hub: of("hub"), metric: of("metric"), percent: of("percent"), limit: of("limit") },
    patient: {
      name: identity?.patientName ?? "",
      id: identity?.patientId ?? "",
      birthDate: identity?.patientBirthDate ?? "",
      accessionNumber: identity?.accessionNumber ?? "",
      studyDate: identity?.studyDate ?? "",
      studyDescription: identity?.studyDescription ?? "",
    },
  };
}

/** The message of a problem shows no value. */
function told<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    throw new Permanent("notify.template", `The template "${name}": ${error.message}`);
  }
}
