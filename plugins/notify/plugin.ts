// notify: tells people by mail what happened, without naming patients unless the site wants it.
import {
  addressesOf,
  defineWatch,
  MailError,
  MailerToken,
  mailProblem,
  mailServerOf,
  messageCleaner,
  type Notice,
  Permanent,
  probeMail,
  TemplatesToken,
  Transient,
} from "@thalamus/sdk";
import { NotifySettings } from "./settings.ts";
import { wordsOf } from "./wording.ts";

export default defineWatch({
  name: "notify",
  title: "Notifications by mail",
  summary: "Tells people by mail what happened, without naming patients unless the site wants it.",
  settings: NotifySettings,
  needs: { mailer: MailerToken, templates: TemplatesToken },
  watching: ({ events, digestMinutes, quietHours }) => ({
    events,
    digestMinutes,
    ...(quietHours === undefined ? {} : { quietHours }),
  }),
  tell: async (notices, id, { settings, mailer, templates }, signal) => {
    const words = wordsOf(templates, settings)(notices);
    const server = await mailServerOf("notify", settings);
    const clean = cleanerOf(settings.includePhi ? notices : []);
    try {
      const receipt = await mailer.send(server, { ...addressesOf(settings), ...words, id }, signal);
      const refused = receipt.refused.map(({ recipient, reply }) => ({ recipient, reply: clean(reply) }));
      return { ...receipt, refused, reply: clean(receipt.reply) };
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      // told twice is better than never
      if (error.uncertain) throw new Transient("notify.uncertain", error.message);
      throw mailProblem("notify", error, clean);
    }
  },
  probe: async ({ settings, mailer, templates }, signal) => {
    try {
      wordsOf(templates, settings);
    } catch (error) {
      if (error instanceof Permanent) return { ok: false, message: error.message };
      throw error;
    }
    return probeMail("notify", mailer, settings, signal);
  },
});

/** A server may quote what it refuses. */
function cleanerOf(notices: readonly Notice[]): (text: string) => string {
  const cleaners = notices.flatMap(({ study }) => (study ? [messageCleaner(study.identity.reveal())] : []));
  return (text) => cleaners.reduce((rest, clean) => clean(rest), text);
}
