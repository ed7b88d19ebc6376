// How a plugin sends mail: over SMTP (RFC 5321), to a server that the site names.
import type { ProbeStage } from "../kinds/declaration.ts";

/**
 * When the line is encrypted: `tls` from the first byte (RFC 8314), `starttls` or not at all (RFC 3207),
 * `opportunistic` where the server offers it, `none` never. A certificate is always checked.
 */
export type MailSecurity = "tls" | "starttls" | "opportunistic" | "none";

/** The server that takes mail for the site. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly security: MailSecurity;
  /** Without it nobody signs in. A password is never sent over a line that is not encrypted. */
  readonly user?: string;
  readonly password?: string;
  /** Who may have signed the server's certificate, PEM, by absolute path; without it those that Node.js knows. */
  readonly caFile?: string;
  /** The name its certificate must have, when that is not the host. */
  readonly serverName?: string;
}

/** Who writes to whom: lists as people write them, `"Doe, Jane" <jane@example.org>, john@example.org`. */
export interface MailAddresses {
  /** One address. */
  readonly from: string;
  /** At least one address, divided by commas. */
  readonly to: string;
  readonly replyTo?: string;
}

/** A file that goes along; it is read while it is sent. */
export interface MailAttachment {
  readonly name: string;
  readonly mediaType: string;
  /** Absolute path. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex; a file that has changed is not delivered. */
  readonly sha256: string;
}

export interface Mail extends MailAddresses {
  /** The same for a repeat: the Message-ID follows from it. */
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  /** The same in HTML, for readers that show it. */
  readonly html?: string;
  readonly priority?: "high" | "normal" | "low";
  readonly attachments?: readonly MailAttachment[];
}

/** What the server said; no address is in it. */
export interface MailReceipt {
  readonly messageId: string;
  /** How many recipients the server took the mail for. */
  readonly accepted: number;
  /** Those it refused, by their place in the list from 1 on. */
  readonly refused: readonly { readonly recipient: number; readonly reply: string }[];
  /** Its last reply: code, enhanced code (RFC 3463) and words. */
  readonly reply: string;
  readonly encrypted: boolean;
}

/** The mail was not taken; worth another try unless `permanent`. Its message names no address. */
export class MailError extends Error {
  override readonly name = "MailError";
  /** `mail.…`; in docs/error-codes.md. */
  readonly code: string;
  readonly permanent: boolean;
  /** Milliseconds to wait at least. */
  readonly afterMs: number | undefined;
  /** The line broke between the last byte and the answer: only the recipient can tell whether it arrived. */
  readonly uncertain: boolean;

  constructor(
    code: string,
    message: string,
    more: { readonly permanent?: boolean; readonly afterMs?: number; readonly uncertain?: boolean } = {},
  ) {
    super(message);
    this.code = code;
    this.permanent = more.permanent ?? false;
    this.afterMs = more.afterMs;
    this.uncertain = more.uncertain ?? false;
  }
}

export interface Mailer {
  /**
   * Sends one mail. What it says of the patient is up to the caller.
   * @param acting called when the server is there and signed in to, before it hears anything of the mail
   * @throws MailError
   */
  send(
    server: MailServer,
    mail: Mail,
    signal: AbortSignal,
    acting?: () => Promise<void>,
  ): Promise<MailReceipt>;
  /**
   * Goes as far as asking whether the server takes mail for these recipients, and takes that back: nothing is sent.
   * @returns what happened, in order; the first that is not ok is the last
   */
  probe(server: MailServer, addresses: MailAddresses, signal: AbortSignal): Promise<readonly ProbeStage[]>;
}
