// Where mail goes out: the settings that name the server, its test button, and its refusals as errors of a plugin.
import { readFile } from "node:fs/promises";
import { Permanent, Transient } from "./errors.ts";
import type { ProbeReport } from "./kinds/declaration.ts";
import type { MailAddresses, MailError, Mailer, MailServer } from "./services/mailer.ts";
import { Port, Secret, type Static, Type } from "./settings.ts";

/** Settings of everything that sends mail; spread into `Settings({ … })`. */
export const mailSettings = {
  host: Type.String({
    title: "Mail server",
    description: "Name or address of the SMTP server.",
    minLength: 1,
  }),
  port: Port({
    title: "Port",
    description: "587 for mail that is handed in, 465 with TLS from the first byte, 25 between servers.",
    default: 587,
  }),
  security: Type.Union(
    [Type.Literal("starttls"), Type.Literal("tls"), Type.Literal("opportunistic"), Type.Literal("none")],
    {
      title: "Encryption",
      description:
        "starttls: STARTTLS or no mail; tls: from the first byte; opportunistic: STARTTLS where the server offers " +
        "it; none: never, for a relay on the same machine. Certificates are always checked.",
      default: "starttls",
    },
  ),
  caFile: Type.Optional(
    Type.String({
      title: "Authorities file",
      description:
        "Who may have signed the server's certificate; public ones if left out. PEM; absolute path.",
      minLength: 1,
    }),
  ),
  serverName: Type.Optional(
    Type.String({
      title: "Name in the certificate",
      description: "Name the server's certificate must have; the host if left out.",
      minLength: 1,
    }),
  ),
  user: Type.Optional(
    Type.String({
      title: "User",
      description: "Account at the server; nobody signs in if left out.",
      minLength: 1,
    }),
  ),
  password: Type.Optional(
    Secret({
      title: "Password",
      description: "Of the account. It is never sent over a line without encryption.",
    }),
  ),
  passwordFile: Type.Optional(
    Type.String({
      title: "Password file",
      description: "File that holds the password, instead of the setting; read for each mail. Absolute path.",
      minLength: 1,
    }),
  ),
  from: Type.String({
    title: "Sender",
    description: 'One address: name@example.org, or "Name" <name@example.org>.',
    minLength: 1,
  }),
  to: Type.String({
    title: "Recipients",
    description: "Addresses, divided by commas.",
    minLength: 1,
  }),
  replyTo: Type.Optional(
    Type.String({
      title: "Address for answers",
      description: "One address; answers go to the sender if left out.",
      minLength: 1,
    }),
  ),
};

const Shape = Type.Object(mailSettings);
export type MailSettings = Static<typeof Shape>;

/**
 * The server of these settings, with its password.
 * @param plugin in front of the error code
 * @throws Permanent `.password-file` when the file cannot be read
 */
export async function mailServerOf(plugin: string, settings: MailSettings): Promise<MailServer> {
  const { host, port, security, caFile, serverName, user } = settings;
  const password = settings.passwordFile
    ? await readPassword(plugin, settings.passwordFile)
    : settings.password;
  return {
    host,
    port,
    security,
    ...(caFile === undefined ? {} : { caFile }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
  };
}

async function readPassword(plugin: string, path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).replace(/\r?\n$/, "");
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new Permanent(`${plugin}.password-file`, `The password file cannot be read (${code}).`);
  }
}

export const addressesOf = ({ from, to, replyTo }: MailSettings): MailAddresses => ({
  from,
  to,
  ...(replyTo === undefined ? {} : { replyTo }),
});

/**
 * A refusal of the mailer as an error of a plugin; not for one that is uncertain.
 * @param clean takes out of the server's words what must not be shown
 * @returns Transient `.unreachable`, `.deferred`; Permanent `.not-accepted`, `.refused`, `.bad-address`,
 * `.unsendable`
 */
export function mailProblem(
  plugin: string,
  error: MailError,
  clean: (text: string) => string = (text) => text,
): Transient | Permanent {
  const message = clean(error.message);
  switch (error.code) {
    case "mail.bad-address":
      return new Permanent(`${plugin}.bad-address`, message);
    case "mail.too-large":
    case "mail.bad-file":
      return new Permanent(`${plugin}.unsendable`, message);
    case "mail.refused":
      return new Permanent(`${plugin}.refused`, message);
    case "mail.unknown-host":
    case "mail.unreachable":
    case "mail.timeout":
      return new Transient(`${plugin}.unreachable`, message);
    default:
      if (error.permanent) return new Permanent(`${plugin}.not-accepted`, message);
      return new Transient(`${plugin}.deferred`, message, error.afterMs);
  }
}

/** The test button: as far as the server's word that it would take the mail. */
export async function probeMail(
  plugin: string,
  mailer: Mailer,
  settings: MailSettings,
  signal: AbortSignal,
): Promise<ProbeReport> {
  try {
    const server = await mailServerOf(plugin, settings);
    const stages = await mailer.probe(server, addressesOf(settings), signal);
    const last = stages.at(-1);
    return { ok: last?.ok ?? false, message: last?.message ?? "Nothing was tried.", stages };
  } catch (error) {
    if (error instanceof Permanent) return { ok: false, message: error.message };
    throw error;
  }
}
