// One conversation with a mail server (RFC 5321), over nodemailer: greeting, encryption, sign-in, mails.
import type { Readable } from "node:stream";
import { TLSSocket } from "node:tls";
import { MailError, type MailServer } from "@thalamus/sdk";
import SMTPConnection, { type SMTPConnectionSendInfo } from "nodemailer/lib/smtp-connection";
import { BadAttachment } from "./compose-mail.ts";
import { encryptionWords, openMailLine, type TellStage } from "./smtp-line.ts";
import { mailErrorOf, type SmtpError } from "./smtp-reply.ts";

export interface MailTimeouts {
  /** For the name, the connection, the handshake and the greeting, each. */
  readonly connectMs: number;
  /** For an answer; RFC 5321 4.5.3.2 wants five minutes and more. */
  readonly answerMs: number;
}

export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/** Name of a sign-in of our own: nodemailer speaks other commands only there. */
const ASK = "X-ASK";
type Done<T> = (error: SmtpError | null | undefined, value?: T) => void;
type Stage = Parameters<typeof mailErrorOf>[1];

export class SmtpSession {
  readonly #connection: SMTPConnection;
  #lost: (error: SmtpError) => void = () => undefined;
  #question: { readonly envelope: Envelope; replies: string[] } | undefined;

  /** @throws MailError, or the signal's reason */
  static async open(
    server: MailServer,
    timeouts: MailTimeouts,
    signal: AbortSignal,
    tell: TellStage = () => {},
  ): Promise<SmtpSession> {
    if (server.user !== undefined && server.security === "none") throw passwordInClear();
    const { socket, tlsOptions } = await openMailLine(server, timeouts.connectMs, signal, tell);
    const secure = socket instanceof TLSSocket;
    const session = new SmtpSession(
      new SMTPConnection({
        host: server.host,
        port: server.port,
        connection: socket,
        secure,
        secured: secure,
        requireTLS: server.security === "starttls",
        ignoreTLS: server.security === "none",
        tls: tlsOptions,
        connectionTimeout: 2 * timeouts.connectMs,
        greetingTimeout: timeouts.connectMs,
        socketTimeout: timeouts.answerMs,
        socketCloseTimeout: 1000,
        customAuth: { [ASK]: (context) => session.#ask(context.sendCommand) },
      }),
    );
    await session.#during<void>("open", signal, (done) => session.#connection.connect(done));
    const line = session.#connection._socket;
    if (!secure && line instanceof TLSSocket) tell("tls", encryptionWords(line));
    if (!session.encrypted && server.security !== "tls") tell("tls", "The line is not encrypted.");
    await session.#signIn(server, signal, tell);
    return session;
  }

  private constructor(connection: SMTPConnection) {
    this.#connection = connection;
    const lost = (error: SmtpError) => this.#lost(error);
    connection.on("error", lost);
    connection.on("end", () => lost(Object.assign(new Error("the line ended"), { code: "ECONNECTION" })));
  }

  get encrypted(): boolean {
    return this.#connection.secure;
  }

  get usable(): boolean {
    return !this.#connection.destroyed;
  }

  /**
   * Sends one mail. The line is closed when anything goes wrong: nobody knows then what the server still expects.
   * @throws MailError, or the signal's reason
   */
  async send(
    envelope: Envelope & { readonly size: number },
    message: Readable,
    signal: AbortSignal,
  ): Promise<SMTPConnectionSendInfo> {
    let sentAll = false;
    let changed: BadAttachment | undefined;
    message.once("end", () => {
      sentAll = true;
    });
    message.on("error", (error) => {
      if (error instanceof BadAttachment) changed = error;
    });
    const { from, to, size } = envelope;
    try {
      return await this.#during<SMTPConnectionSendInfo>(
        "send",
        signal,
        (done) => this.#connection.send({ from, to: [...to], size, use8BitMime: true }, message, done),
        () => sentAll,
      );
    } catch (error) {
      if (changed) throw new MailError("mail.bad-file", changed.message, { permanent: true });
      throw error;
    } finally {
      message.destroy();
    }
  }

  /** @returns the server's answer to MAIL FROM and to each RCPT TO, up to the first that it refuses; taken back then */
  async askFor(envelope: Envelope, signal: AbortSignal): Promise<readonly string[]> {
    const question = { envelope, replies: [] as string[] };
    this.#question = question;
    await this.#during<boolean>("send", signal, (done) => this.#connection.login({ method: ASK }, done));
    return question.replies;
  }

  /** Whether the server is still there; a session that waited is often closed by it. */
  async isAlive(signal: AbortSignal): Promise<boolean> {
    if (!this.usable) return false;
    try {
      await this.#during<boolean>("send", signal, (done) => this.#connection.reset(done));
      return true;
    } catch {
      signal.throwIfAborted();
      return false;
    }
  }

  /** Says good-bye, without waiting for the answer. */
  end(): void {
    if (this.usable) this.#connection.quit();
  }

  close(): void {
    this.#connection.close();
  }

  async #signIn({ user, password = "" }: MailServer, signal: AbortSignal, tell: TellStage): Promise<void> {
    if (user === undefined) return tell("sign-in", "Nobody signs in, as it is set.");
    if (!this.encrypted) {
      this.close();
      throw passwordInClear();
    }
    await this.#during<boolean>("sign-in", signal, (done) =>
      this.#connection.login({ user, pass: password }, done),
    );
    tell("sign-in", "The server took user and password.");
  }

  async #ask(command: (line: string) => Promise<{ response: string; status: number }>): Promise<void> {
    const { envelope, replies } = this.#question ?? { envelope: { from: "", to: [] }, replies: [] };
    const lines = [`MAIL FROM:<${envelope.from}>`, ...envelope.to.map((one) => `RCPT TO:<${one}>`)];
    for (const line of lines) {
      const { response, status } = await command(line);
      replies.push(response);
      if (status < 200 || status > 299) break;
    }
    await command("RSET");
  }

  /** Runs one exchange: it ends with its answer, with the end of the line, or with the abort. */
  async #during<T>(
    stage: Stage,
    signal: AbortSignal,
    begin: (done: Done<T>) => void,
    sentAll: () => boolean = () => false,
  ): Promise<T> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    // after its own callback, which knows more
    this.#lost = (error) => setImmediate(() => reject(error));
    try {
      begin((error, value) => (error ? reject(error) : resolve(value as T)));
      return await promise;
    } catch (error) {
      this.close();
      signal.throwIfAborted();
      throw mailErrorOf(error as SmtpError, stage, sentAll());
    } finally {
      signal.removeEventListener("abort", stop);
      this.#lost = () => undefined;
    }
  }
}

const passwordInClear = (): MailError =>
  new MailError("mail.no-tls", "A password is set and the line is not encrypted, so it is not sent.", {
    permanent: true,
  });
