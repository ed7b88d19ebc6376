// A real mail server (smtp-server) for tests: keeps what it takes, and refuses, stalls or cuts the line when told to.
import { readFileSync } from "node:fs";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import type { MailServer } from "@thalamus/sdk";
import type { CertificateFiles } from "@thalamus/sdk/testing";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came over the line. */
  readonly raw: string;
  readonly user: string | undefined;
  readonly encrypted: boolean;
}

export type MailStage = "greeting" | "sender" | "recipient" | "data" | "answer";

export interface TestMailServer extends AsyncDisposable {
  readonly port: number;
  readonly received: ReceivedMail[];
  /** Whole mails as they came, also those that were refused or got no answer. */
  readonly taken: string[];
  /** Conversations that were begun. */
  conversations: number;
  /** Says nothing at this stage. */
  stalls: MailStage | undefined;
  /** Breaks the line at this stage. */
  cuts: "data" | "answer" | undefined;
  /** The reply to a stage: `451 4.7.1 Greylisted`; a recipient is refused where its address contains `only`. */
  refuses: { readonly stage: MailStage; readonly reply: string; readonly only?: string } | undefined;
  /** Breaks every line that is open. */
  cut(): void;
  /** Resolves when a stage is reached; what comes first counts too. */
  reached(stage: MailStage): Promise<void>;
  /** How to reach it. */
  settings(more?: Partial<MailServer>): MailServer;
}

export interface TestMailOptions {
  readonly certificate?: CertificateFiles;
  /** TLS from the first byte. */
  readonly secure?: boolean;
  readonly users?: Readonly<Record<string, string>>;
  readonly smtp?: SMTPServerOptions;
}

export async function startMailServer(options: TestMailOptions = {}): Promise<TestMailServer> {
  const { certificate, secure = false, users, smtp = {} } = options;
  const reached = new Map<MailStage, PromiseWithResolvers<void>>();
  const gate = (stage: MailStage) => {
    const found = reached.get(stage) ?? Promise.withResolvers<void>();
    reached.set(stage, found);
    return found;
  };
  /** Calls back with what the test wants said at this stage, or never. */
  const at = (stage: MailStage, done: (error?: Error | null) => void, address = "") => {
    gate(stage).resolve();
    if (kit.stalls === stage) return;
    const { refuses } = kit;
    if (refuses?.stage === stage && address.includes(refuses.only ?? "")) {
      const [, code = "550", words = ""] = /^(\d+) (.*)$/.exec(refuses.reply) ?? [];
      done(Object.assign(new Error(words), { responseCode: Number(code) }));
    } else done();
  };
  const cut = () => {
    for (const connection of server.connections)
      (connection as unknown as { _socket: Socket })._socket.destroy();
  };
  const server = new SMTPServer({
    logger: false,
    disableReverseLookup: true,
    secure,
    ...(certificate
      ? { key: readFileSync(certificate.keyFile), cert: readFileSync(certificate.certificateFile) }
      : { disabledCommands: ["STARTTLS"] }),
    authOptional: users === undefined,
    onAuth: ({ username = "", password }, _session, done) =>
      users?.[username] === password ? done(null, { user: username }) : done(new Error("wrong password")),
    onConnect: (_session, done) => {
      kit.conversations += 1;
      at("greeting", done);
    },
    onMailFrom: (_address, _session, done) => at("sender", done),
    onRcptTo: ({ address }, _session, done) => at("recipient", done, address),
    onData: (stream, session, done) => {
      gate("data").resolve();
      if (kit.stalls === "data") return;
      if (kit.cuts === "data") {
        stream.once("data", cut);
        return;
      }
      void text(stream)
        .catch(() => undefined)
        .then((raw) => {
          // the line broke
          if (raw === undefined) return;
          kit.taken.push(raw);
          if (kit.cuts === "answer") return cut();
          const { mailFrom, rcptTo } = session.envelope;
          const encrypted = session.secure;
          at("answer", (error) => {
            if (error) return done(error);
            const from = mailFrom ? mailFrom.address : "";
            const to = rcptTo.map(({ address }) => address);
            const user = session.user as string | undefined;
            kit.received.push({ from, to, raw, user, encrypted });
            done(null, "2.0.0 Ok: queued as 4XYZ12");
          });
        });
    },
    ...smtp,
  });
  server.on("error", () => {});
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const { port } = server.server.address() as AddressInfo;
  const kit: TestMailServer = {
    port,
    received: [],
    taken: [],
    conversations: 0,
    stalls: undefined,
    cuts: undefined,
    refuses: undefined,
    cut,
    reached: (stage) => gate(stage).promise,
    settings: (more = {}) => ({
      host: "localhost",
      port,
      security: certificate ? "starttls" : "none",
      ...more,
    }),
    [Symbol.asyncDispose]: async () => {
      cut();
      await new Promise<void>((closed) => {
        server.close(() => closed());
      });
    },
  };
  return kit;
}
