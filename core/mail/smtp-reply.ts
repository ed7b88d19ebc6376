// What a mail server answers (RFC 5321 4.2, RFC 3463), and what nodemailer makes of silence, as words and codes.
import { MailError, printable } from "@thalamus/sdk";

/** An error of nodemailer. */
export interface SmtpError extends Error {
  readonly code?: string | undefined;
  /** Code of the system: `ECONNREFUSED`. */
  readonly originalCode?: string | undefined;
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly command?: string | undefined;
}

const LONGEST_REPLY = 200;
const ADDRESS = /<?[^\s<>@:;,()]+@[^\s<>@:;,()]+>?/g;
/** Servers that greylist want to be asked again after some minutes (RFC 6647). */
const GREYLISTED = /gr[ea]y-?list|try again (?:in|later)|temporarily deferred/i;
const GREYLIST_MS = 300_000;
const SYSTEM_CODES = /^(?:ECONN\w+|EHOST\w+|ENET\w+|EPIPE|ETIMEDOUT|EAI_\w+|ENOTFOUND)$/;

/** Codes of OpenSSL and Node.js, which nodemailer tells as faults of the socket. */
const TLS_FAULT = /CERT|TLS|SSL|SIGNATURE/;

/** A reply as it may be shown and kept: on one line, without an address. */
export const replyWords = (reply: string): string =>
  printable(reply.replaceAll(ADDRESS, "[address]"), LONGEST_REPLY);

/** What a step of the conversation is called in messages. */
const STEPS: Readonly<Record<string, string>> = {
  "MAIL FROM": "the sender",
  "RCPT TO": "all recipients",
  DATA: "the mail",
};

/**
 * @param stage what was being done, for errors that do not say
 * @param sentAll the last byte of the mail had been written
 */
export function mailErrorOf(
  error: SmtpError,
  stage: "open" | "tls" | "sign-in" | "send",
  sentAll = false,
): MailError {
  if (error instanceof MailError) return error;
  if (error.responseCode && error.response) return refusal(error, stage);
  if (sentAll) {
    const message = "The line broke after the mail was sent and before the server answered.";
    return new MailError("mail.uncertain", message, { uncertain: true });
  }
  if (error.code === "ETLS" || stage === "tls" || TLS_FAULT.test(error.originalCode ?? ""))
    return tlsError(error);
  if (error.code === "EAUTH")
    return new MailError("mail.auth", "The server offers no known way to sign in.", PERMANENT);
  if (error.code === "EMESSAGE") return tooLarge("The server takes no mail of this size.");
  if (error.code === "ETIMEDOUT")
    return new MailError("mail.timeout", `The server did not answer in time${at(error)}.`);
  if (error.code === "EPROTOCOL")
    return new MailError("mail.protocol", "The other side does not speak SMTP.", PERMANENT);
  return new MailError("mail.unreachable", `The line to the server broke${at(error)}${systemCode(error)}.`);
}

const PERMANENT = { permanent: true } as const;

export const tooLarge = (message: string): MailError => new MailError("mail.too-large", message, PERMANENT);

function refusal(error: SmtpError, stage: string): MailError {
  const { response = "", responseCode = 0, command = "" } = error;
  const words = replyWords(response);
  if (stage === "sign-in") {
    const message = `The server refused the sign-in: ${words}`;
    return new MailError("mail.auth", message, { permanent: responseCode >= 500 });
  }
  if (error.code === "ETLS")
    return new MailError("mail.no-tls", `The server offers no STARTTLS: ${words}`, PERMANENT);
  const what = STEPS[command] ?? "the conversation";
  if (responseCode === 552 || /\b5\.3\.4\b/.test(response))
    return tooLarge(`The server refused ${what}: ${words}`);
  if (responseCode >= 500)
    return new MailError("mail.refused", `The server refused ${what}: ${words}`, PERMANENT);
  const greylisted = [450, 451].includes(responseCode) && GREYLISTED.test(response);
  const message = `The server put ${what} off: ${words}`;
  return new MailError("mail.deferred", message, greylisted ? { afterMs: GREYLIST_MS } : {});
}

/** Also from the handshake that this hub makes itself. */
export function tlsError(error: SmtpError): MailError {
  // the codes of OpenSSL and Node.js name the fault; their messages may name more
  const { originalCode, code = "" } = error;
  const fault = [originalCode, code].find((one) => one && one !== "ETLS");
  if (fault === undefined || SYSTEM_CODES.test(fault))
    return new MailError(
      "mail.unreachable",
      `The line broke while it was to be encrypted${systemCode(error)}.`,
    );
  const message = `The line could not be encrypted: ${TLS_FAULTS[fault] ?? fault}.`;
  return new MailError("mail.tls", message, PERMANENT);
}

const TLS_FAULTS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is signed by itself and no authority",
  SELF_SIGNED_CERT_IN_CHAIN: "the authority of the certificate is not trusted here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the authority of the certificate is not trusted here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the authority of the certificate is not trusted here",
  CERT_HAS_EXPIRED: "the certificate has expired",
  CERT_NOT_YET_VALID: "the certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another name",
  ERR_SSL_WRONG_VERSION_NUMBER: "the other side does not speak TLS on this port",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "there is no common version of TLS, and at least 1.2 is wanted",
};

const at = ({ command }: SmtpError): string =>
  command === "DATA" ? " while the mail was sent" : command === "CONN" || !command ? "" : ` after ${command}`;

function systemCode({ code = "", originalCode = "" }: SmtpError): string {
  const found = [originalCode, code].find((one) => SYSTEM_CODES.test(one));
  return found ? ` (${found})` : "";
}
