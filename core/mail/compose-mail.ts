// Writes a mail as MIME (RFC 5322, RFC 2045): text and HTML side by side, attachments read while they are sent.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { type Mail, type MailAttachment, printable } from "@thalamus/sdk";
import MailComposer from "nodemailer/lib/mail-composer";
import type { ReadAddresses } from "./mail-addresses.ts";
import { tooLarge } from "./smtp-reply.ts";

export interface ComposedMail {
  /** With the angle brackets. */
  readonly messageId: string;
  /** About as many as go over the line. */
  readonly bytes: number;
  /** Opens no file before it is read. */
  stream(): Readable;
}

/** A file cannot be read or is not what it was announced to be. Nodemailer gives errors of streams a code of its own. */
export class BadAttachment extends Error {
  override readonly name = "BadAttachment";
}

const LONGEST_SUBJECT = 255;
const LONGEST_FILE_NAME = 120;
/** Base64 in lines of 76 characters. */
const AS_BASE64 = (4 / 3) * (78 / 76);
const HEADER_BYTES = 2000;

const PRIORITY_HEADERS = {
  high: { "X-Priority": "1 (Highest)", Importance: "high" },
  normal: {},
  low: { "X-Priority": "5 (Lowest)", Importance: "low" },
} as const;

/** @throws MailError `mail.too-large` when more than `mostBytes` would go over the line */
export function composeMail(mail: Mail, addresses: ReadAddresses, mostBytes: number): ComposedMail {
  const { from, to, replyTo } = addresses;
  const attachments = mail.attachments ?? [];
  const content = Buffer.byteLength(mail.text) + Buffer.byteLength(mail.html ?? "");
  const files = attachments.reduce((sum, { bytes }) => sum + bytes, 0);
  const bytes = Math.ceil(HEADER_BYTES + (content + files) * AS_BASE64);
  if (bytes > mostBytes)
    throw tooLarge(`The mail has ${megabytes(bytes)} MB and at most ${megabytes(mostBytes)} MB are sent.`);
  const messageId = messageIdOf(mail.id, from.address);
  const stream = () =>
    new MailComposer({
      from: { ...from },
      to: to.map((one) => ({ ...one })),
      ...(replyTo ? { replyTo: { ...replyTo } } : {}),
      subject: printable(mail.subject, LONGEST_SUBJECT),
      messageId,
      date: new Date(),
      // no out-of-office answers (RFC 3834)
      headers: { "Auto-Submitted": "auto-generated", ...PRIORITY_HEADERS[mail.priority ?? "normal"] },
      text: mail.text,
      ...(mail.html ? { html: mail.html } : {}),
      attachments: attachments.map((file) => ({
        filename: fileName(file.name),
        contentType: /^[\w.+-]+\/[\w.+-]+$/.test(file.mediaType)
          ? file.mediaType
          : "application/octet-stream",
        contentTransferEncoding: "base64",
        content: Readable.from(wholeFile(file)),
      })),
      disableFileAccess: true,
      disableUrlAccess: true,
    })
      .compile()
      .createReadStream();
  return { messageId, bytes, stream };
}

/** The same for a repeat, so that the recipient's server can tell that it is one (RFC 5322 3.6.4). */
function messageIdOf(id: string, from: string): string {
  const left = id.replaceAll(/[^A-Za-z0-9-]/g, "");
  if (left === "") throw new Error("a mail without an id");
  return `<${left}@${from.slice(from.lastIndexOf("@") + 1)}>`;
}

/** No path, no control characters, no quotes that could end the parameter. */
const fileName = (name: string): string =>
  printable(name.replaceAll(/[/\\"<>|:*?]+/g, "_"), LONGEST_FILE_NAME).replace(/^\.+/, "_") || "attachment";

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);

/** Ends in an error, before the mail does, when the file is not what it was announced to be. */
async function* wholeFile({ path, bytes, sha256 }: MailAttachment): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  let read = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk as Buffer);
      read += (chunk as Buffer).length;
      if (read > bytes) break;
      yield chunk as Buffer;
    }
  } catch (error) {
    const { code = "unknown", syscall } = error as NodeJS.ErrnoException;
    if (!syscall) throw error;
    // the text of the error would name the file
    throw new BadAttachment(`An attachment cannot be read (${code}).`);
  }
  if (read !== bytes || hash.digest("hex") !== sha256)
    throw new BadAttachment("An attachment differs from its checksum.");
}
