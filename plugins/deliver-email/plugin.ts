// deliver-email: sends a result by mail, with the formats and in the words that the site chose.
import { createHash } from "node:crypto";
import {
  addressesOf,
  type DeliverStep,
  defineDelivery,
  delivered,
  eachStep,
  type Log,
  LogToken,
  MailError,
  type Mailer,
  MailerToken,
  mailProblem,
  mailServerOf,
  messageCleaner,
  type Outcome,
  Permanent,
  probeMail,
  skipped,
  TemplatesToken,
  uncertain,
} from "@thalamus/sdk";
import { type Letter, letterWriter, type WriteLetter } from "./letter.ts";
import { EmailSettings } from "./settings.ts";

const NAME = "deliver-email";

export default defineDelivery({
  name: NAME,
  title: "E-mail",
  summary: "Sends a result by mail, in the words and with the formats that the site chose.",
  settings: EmailSettings,
  needs: { log: LogToken, mailer: MailerToken, templates: TemplatesToken },
  formats: ["dicom", "nifti"],
  // a second mail is a second mail: its Message-ID is the same, but few servers look at it
  onInterrupted: "ask",
  deliver: (steps$, { settings, mailer, templates, log }) =>
    steps$.pipe(
      eachStep(
        (step, signal) => {
          const { kind } = step.result;
          if (settings.results !== "both" && settings.results !== kind)
            return Promise.resolve(skipped(`This destination gets no ${kind} results.`));
          return send(step, letterWriter(templates, settings), { settings, mailer, log }, signal);
        },
        { width: 2 },
      ),
    ),
  probe: async ({ settings, mailer, templates }, signal) => {
    try {
      letterWriter(templates, settings);
    } catch (error) {
      if (error instanceof Permanent) return { ok: false, message: error.message };
      throw error;
    }
    return probeMail(NAME, mailer, settings, signal);
  },
});

/** Of the first file; a mail without one is the report itself. */
function reportHash({ attachments: [file], subject, text }: Letter): { sha256: string; bytes: number } {
  if (file) return { sha256: file.sha256, bytes: file.bytes };
  const words = Buffer.from(`${subject}\n${text}`);
  return { sha256: createHash("sha256").update(words).digest("hex"), bytes: words.length };
}

interface Post {
  readonly settings: EmailSettings;
  readonly mailer: Mailer;
  readonly log: Log;
}

async function send(
  step: DeliverStep,
  write: WriteLetter,
  { settings, mailer, log }: Post,
  signal: AbortSignal,
): Promise<Outcome> {
  const letter = write(step);
  const server = await mailServerOf(NAME, settings);
  const mail = { ...addressesOf(settings), ...letter, id: step.id, priority: settings.priority };
  // a server may quote what it refuses
  const clean = messageCleaner(step.study.identity.reveal());
  try {
    const receipt = await mailer.send(server, mail, signal, () => step.acting());
    if (receipt.refused.length > 0)
      log.warn("mail.partly-refused", { step: step.id, refused: receipt.refused.length });
    return delivered({
      ...receipt,
      reply: clean(receipt.reply),
      refused: receipt.refused.map(({ recipient, reply }) => ({ recipient, reply: clean(reply) })),
      ...reportHash(letter),
      files: letter.attachments.map(({ mediaType, bytes, sha256 }) => ({ mediaType, bytes, sha256 })),
    });
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    if (error.uncertain) return uncertain("deliver-email.uncertain", error.message);
    throw mailProblem("deliver-email", error, clean);
  }
}
