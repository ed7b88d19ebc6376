// notify: tells people by mail, or a web service, what happened, without naming patients unless the site wants it.
import {
  defineWatch,
  HttpToken,
  MailerToken,
  Permanent,
  type ProbeReport,
  probeMail,
  TemplatesToken,
} from "@thalamus/sdk";
import { mailOf, tellByMail } from "./by-mail.ts";
import { probeWebhook, tellWebhook } from "./by-webhook.ts";
import { NotifySettings } from "./settings.ts";
import { settingsProblems } from "./settings-problems.ts";
import { wordsOf } from "./wording.ts";

export default defineWatch({
  name: "notify",
  title: "Notifications by mail or webhook",
  summary:
    "Tells people by mail, or a web service, what happened, without naming patients unless the site wants it.",
  settings: NotifySettings,
  needs: { mailer: MailerToken, http: HttpToken, templates: TemplatesToken },
  settingsProblems: ({ settings, templates }) => settingsProblems(settings, templates),
  watching: ({ events, digestMinutes, quietHours }) => ({
    events,
    digestMinutes,
    ...(quietHours === undefined ? {} : { quietHours }),
  }),
  tell: async (notices, id, { settings, mailer, http, templates }, signal) => {
    const words = wordsOf(templates, settings)(notices, id);
    if (settings.webhook !== undefined) return tellWebhook(http, settings.webhook, words.body, id, signal);
    const mail = mailOf(settings);
    if (!mail) throw nobody();
    const quoted = settings.includePhi ? notices : [];
    return tellByMail(mailer, mail, words, { id, quoted }, signal);
  },
  probe: async ({ settings, mailer, http, templates }, signal): Promise<ProbeReport> => {
    const [problem] = settingsProblems(settings, templates);
    if (problem) return { ok: false, message: `The setting ${problem.path}: ${problem.message}` };
    if (settings.webhook !== undefined) return probeWebhook(http, settings.webhook, signal);
    const mail = mailOf(settings);
    if (!mail) throw nobody();
    return probeMail("notify", mailer, mail, signal);
  },
});

const nobody = () =>
  new Permanent("notify.bad-address", "The settings name neither a mail server nor a webhook.");
