// Tells people by mail.
import {
  addressesOf,
  MailError,
  type Mailer,
  type MailSettings,
  mailProblem,
  mailServerOf,
  messageCleaner,
  type Notice,
  Transient,
} from "@thalamus/sdk";
import type { NotifySettings } from "./settings.ts";
import type { Words } from "./wording.ts";

/** The settings of mail, when there is somebody to write to. */
export function mailOf(settings: NotifySettings): MailSettings | undefined {
  const { host, from, to } = settings;
  if (host === undefined || from === undefined || to === undefined) return undefined;
  return { ...settings, host, from, to };
}

/**
 * @param id the same for a repeat
 * @throws Transient, Permanent with a code of this plugin
 */
export async function tellByMail(
  mailer: Mailer,
  mail: MailSettings,
  words: Words,
  { id, quoted }: { readonly id: string; readonly quoted: readonly Notice[] },
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const server = await mailServerOf("notify", mail);
  const clean = cleanerOf(quoted);
  try {
    const receipt = await mailer.send(server, { ...addressesOf(mail), ...words, id }, signal);
    const refused = receipt.refused.map(({ recipient, reply }) => ({ recipient, reply: clean(reply) }));
    return { ...receipt, refused, reply: clean(receipt.reply) };
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    // told twice is better than never
    if (error.uncertain) throw new Transient("notify.uncertain", error.message);
    throw mailProblem("notify", error, clean);
  }
}

/** A server may quote what it refuses. */
function cleanerOf(notices: readonly Notice[]): (text: string) => string {
  const cleaners = notices.flatMap(({ study }) => (study ? [messageCleaner(study.identity.reveal())] : []));
  return (text) => cleaners.reduce((rest, clean) => clean(rest), text);
}
