// A mail server as the destination of a contract suite: the hub's own mailer and templates, a real server.
import { MailerToken, TemplatesToken } from "@thalamus/sdk";
import type { Destination, OfferedService } from "@thalamus/sdk/testing/contracts";
import { createMailer, type HubMailer, type MailerOptions } from "../../core/mail/mailer.ts";
import { createTemplates } from "../../core/templates/template-service.ts";
import { startMailServer, type TestMailServer } from "./mail-server.ts";

/** What a plugin that sends mail needs of the hub. */
export function mailServices(options: MailerOptions = {}): {
  readonly mailer: HubMailer;
  readonly services: readonly OfferedService[];
} {
  const mailer = createMailer(options);
  const services = [
    { token: MailerToken, service: mailer },
    { token: TemplatesToken, service: createTemplates() },
  ];
  return { mailer, services };
}

export interface MailDestination extends Destination {
  readonly server: TestMailServer;
  /** Settings that every plugin with mail has. */
  readonly settings: object;
}

/** Mails are told apart by their Message-ID. */
export async function mailDestination(): Promise<MailDestination> {
  const server = await startMailServer();
  let answers: Destination["answers"] = "well";
  return {
    server,
    settings: {
      host: "localhost",
      port: server.port,
      security: "none",
      from: "Thalamus <hub@example.org>",
      to: "one@example.org, two@example.org",
    },
    services: mailServices().services,
    get answers() {
      return answers;
    },
    set answers(how) {
      answers = how;
      server.cut();
      server.stalls = how === "never" ? "sender" : undefined;
      server.refuses = how === "away" ? { stage: "greeting", reply: "421 4.3.2 not now" } : undefined;
    },
    arrived: async () => server.received.map(({ raw }) => /^Message-ID: (.*)$/m.exec(raw)?.[1] ?? ""),
  };
}
