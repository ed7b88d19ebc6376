// Sends mail for plugins, and asks a server whether it would take it; keeps lines open for a while.
import {
  type Mail,
  type MailAddresses,
  MailError,
  type Mailer,
  type MailReceipt,
  type MailServer,
  type ProbeStage,
} from "@thalamus/sdk";
import { composeMail } from "./compose-mail.ts";
import { type ReadAddresses, readAddresses } from "./mail-addresses.ts";
import { SessionPool } from "./session-pool.ts";
import { replyWords } from "./smtp-reply.ts";
import { type Envelope, type MailTimeouts, SmtpSession } from "./smtp-session.ts";

const DEFAULT_TIMEOUTS: MailTimeouts = { connectMs: 20_000, answerMs: 300_000 };
const MOST_BYTES = 25_000_000;

export interface MailerOptions extends Partial<MailTimeouts> {
  /** Of a mail as it goes over the line. */
  readonly mostBytes?: number;
  /** A line without a mail is closed after this. */
  readonly idleMs?: number;
}

export interface HubMailer extends Mailer {
  /** Closes every line. */
  close(): void;
}

/**
 * Codes of what is thrown: `mail.unknown-host`, `.unreachable`, `.timeout`, `.deferred` may pass;
 * `.protocol`, `.tls`, `.tls-files`, `.no-tls`, `.auth` (unless the server says that it is for now), `.refused`,
 * `.bad-address`, `.bad-file`, `.too-large` do not; `.uncertain` nobody here can tell.
 * @param options 20 s to connect, 300 s for an answer, 25 MB and 15 s of idleness unless given
 */
export function createMailer(options: MailerOptions = {}): HubMailer {
  const { mostBytes = MOST_BYTES, idleMs = 15_000 } = options;
  const timeouts = {
    connectMs: options.connectMs ?? DEFAULT_TIMEOUTS.connectMs,
    answerMs: options.answerMs ?? DEFAULT_TIMEOUTS.answerMs,
  };
  const pool = new SessionPool(idleMs, (server, signal) => SmtpSession.open(server, timeouts, signal));
  return {
    send: (server, mail, signal, acting) => send(pool, mostBytes, { server, mail, signal, acting }),
    probe: (server, addresses, signal) => probe(server, addresses, timeouts, signal),
    close: () => pool.close(),
  };
}

interface Sending {
  readonly server: MailServer;
  readonly mail: Mail;
  readonly signal: AbortSignal;
  readonly acting: (() => Promise<void>) | undefined;
}

async function send(
  pool: SessionPool,
  mostBytes: number,
  { server, mail, signal, acting }: Sending,
): Promise<MailReceipt> {
  const addresses = readAddresses(mail);
  const composed = composeMail(mail, addresses, mostBytes);
  const envelope = { ...envelopeOf(addresses), size: composed.bytes };
  return pool.with(server, signal, async (session) => {
    await acting?.();
    const sent = await session.send(envelope, composed.stream(), signal);
    const refused = (sent.rejectedErrors ?? []).map(({ recipient, response = "" }) => ({
      recipient: envelope.to.indexOf(String(recipient)) + 1,
      reply: replyWords(response),
    }));
    return {
      messageId: composed.messageId,
      accepted: sent.accepted.length,
      refused,
      reply: replyWords(sent.response),
      encrypted: session.encrypted,
    };
  });
}

const envelopeOf = ({ from, to }: ReadAddresses): Envelope => ({
  from: from.address,
  to: to.map(({ address }) => address),
});

async function probe(
  server: MailServer,
  addresses: MailAddresses,
  timeouts: MailTimeouts,
  signal: AbortSignal,
): Promise<readonly ProbeStage[]> {
  const stages: ProbeStage[] = [];
  const tell = (stage: ProbeStage["stage"], message: string) => stages.push({ stage, ok: true, message });
  let session: SmtpSession | undefined;
  try {
    const envelope = envelopeOf(readAddresses(addresses));
    session = await SmtpSession.open(server, timeouts, signal, tell);
    const replies = await session.askFor(envelope, signal);
    const last = replyWords(replies.at(-1) ?? "");
    const ok = replies.length === envelope.to.length + 1 && /^2/.test(last);
    const whom = envelope.to.length === 1 ? "one recipient" : `${envelope.to.length} recipients`;
    const message = ok
      ? `The server takes mail for ${whom} from this sender. Nothing was sent.`
      : `The server refused ${replies.length < 2 ? "the sender" : `recipient ${replies.length - 1}`}: ${last}`;
    stages.push({ stage: "accepted", ok, message });
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    stages.push({ stage: stageOf(error.code, stages), ok: false, message: error.message });
  } finally {
    session?.end();
  }
  return stages;
}

const STAGES = ["name", "connect", "tls", "sign-in", "accepted"] as const;

/** What failed: by its code, else the one after the last that went well. */
function stageOf(code: string, stages: readonly ProbeStage[]): ProbeStage["stage"] {
  if (code === "mail.bad-address") return "accepted";
  if (code === "mail.tls" || code === "mail.no-tls" || code === "mail.tls-files") return "tls";
  if (code === "mail.auth") return "sign-in";
  return STAGES[stages.length] ?? "accepted";
}
