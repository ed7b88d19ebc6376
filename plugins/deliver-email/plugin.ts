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
import { documentWriter, type Letter, letterWriter, type WriteLetter } from "./letter.ts";
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
  deliver: (steps$, { settings, mailer, templates, log }) => {
    // read once: templates that cannot be read are the fault of each step, though, and not of the stream
    let writer: WriteLetter | undefined;
    return steps$.pipe(
      eachStep(
        (step, signal) => {
          const { kind } = step.result;
          if (settings.results !== "both" && settings.results !== kind)
            return Promise.resolve(skipped(`This destination gets no ${kind} results.`));
          writer ??= letterWriter(templates, settings);
          return send(parcelOf(step, writer(step)), { settings, mailer, log }, signal);
        },
        { width: 2 },
      ),
    );
  },
  deliverDocument: async (document, { settings, mailer, templates, log }, signal) => {
    const letter = documentWriter(templates, settings)(document);
    const parcel = {
      id: document.id,
      letter,
      acting: () => document.acting(),
      clean: (text: string) => text.slice(0, 500),
    };
    return send(parcel, { settings, mailer, log }, signal);
  },
  probe: async ({ settings, mailer, templates }, signal) => {
    try {
      letterWriter(templates, settings);
      documentWriter(templates, settings);
    } catch (error) {
      if (error instanceof Permanent) return { ok: false, message: error.message };
      throw error;
    }
    return probeMail(NAME, mailer, settings, signal);
  },
});

/** A letter with what its sending is known by. */
interface Parcel {
  readonly id: string;
  readonly letter: Letter;
  readonly acting: () => Promise<void>;
  /** Takes out of the server's words what must not be shown: it may quote what it refuses. */
  readonly clean: (text: string) => string;
}

const parcelOf = (step: DeliverStep, letter: Letter): Parcel => ({
  id: step.id,
  letter,
  acting: () => step.acting(),
  clean: messageCleaner(step.study.identity.reveal()),
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
  { id, letter, acting, clean }: Parcel,
  { settings, mailer, log }: Post,
  signal: AbortSignal,
): Promise<Outcome> {
  const server = await mailServerOf(NAME, settings);
  const mail = { ...addressesOf(settings), ...letter, id, priority: settings.priority };
  try {
    const receipt = await mailer.send(server, mail, signal, acting);
    if (receipt.refused.length > 0)
      log.warn("mail.partly-refused", { step: id, refused: receipt.refused.length });
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
