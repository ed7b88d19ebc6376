// Mail against a real server: encryption, sign-in, refusals in words, stalls and cuts at every stage.
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Mail, MailError, type MailServer } from "@thalamus/sdk";
import { hasOpenssl, NEEDS_OPENSSL, TestAuthority } from "@thalamus/sdk/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type MailStage, startMailServer, type TestMailServer } from "../../test/support/mail-server.ts";
import { createMailer, type HubMailer } from "./mailer.ts";

const { signal } = new AbortController();
let folder: string;
let mailer: HubMailer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailer-"));
});
beforeEach(() => {
  mailer = createMailer({ connectMs: 5000, answerMs: 5000 });
});
afterEach(() => mailer.close());
afterAll(() => rm(folder, { recursive: true, force: true }));

const mail = (more: Partial<Mail> = {}): Mail => ({
  id: "6f1c2b1e-1111-4222-8333-444455556666",
  from: "Thalamus <hub@example.org>",
  to: "one@example.org, two@example.org",
  subject: "Report",
  text: "It is attached.",
  ...more,
});

async function attachment(content: string | Buffer, name = "report.pdf") {
  const path = join(folder, name);
  await writeFile(path, content);
  const bytes = Buffer.byteLength(content);
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { name, path, bytes, sha256, mediaType: "application/pdf" };
}

type Tail<T extends unknown[]> = T extends [unknown, ...infer R] ? R : never;

const failure = async (work: Promise<unknown>): Promise<MailError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MailError);
  return error as MailError;
};

describe("a mail", () => {
  let server: TestMailServer;
  beforeEach(async () => {
    server = await startMailServer();
  });
  afterEach(() => server[Symbol.asyncDispose]());

  test("A-191 A-195 comes with text, HTML and its files, and a Message-ID that a repeat has too", async () => {
    const pdf = Buffer.alloc(300_000, "%PDF thalamus ");
    const attachments = [await attachment(pdf)];
    const one = mail({
      html: "<p>It is attached.</p>",
      attachments,
      priority: "high",
      replyTo: "desk@example.org",
    });
    const receipts = [
      await mailer.send(server.settings(), one, signal),
      await mailer.send(server.settings(), one, signal),
    ];
    expect(receipts[0]).toEqual({
      messageId: "<6f1c2b1e-1111-4222-8333-444455556666@example.org>",
      accepted: 2,
      refused: [],
      reply: "250 2.0.0 Ok: queued as 4XYZ12",
      encrypted: false,
    });
    expect(receipts[1]).toEqual(receipts[0]);
    expect(server.conversations, "the line is used again").toBe(1);
    const [{ raw, from, to } = expect.unreachable()] = server.received;
    expect([from, to]).toEqual(["hub@example.org", ["one@example.org", "two@example.org"]]);
    for (const line of [
      "From: Thalamus <hub@example.org>",
      "To: one@example.org, two@example.org",
      "Reply-To: desk@example.org",
      "Message-ID: <6f1c2b1e-1111-4222-8333-444455556666@example.org>",
      "Auto-Submitted: auto-generated",
      "Importance: high",
      "Content-Type: multipart/alternative;",
      "Content-Type: application/pdf; name=report.pdf",
    ])
      expect(raw).toContain(line);
    expect(raw).toMatch(/^Date: \w{3}, \d+ \w{3} \d{4}/m);
    const encoded = raw.slice(raw.indexOf("filename=report.pdf")).split("\r\n\r\n")[1] ?? "";
    expect(Buffer.from(encoded.split("--")[0] ?? "", "base64").equals(pdf)).toBe(true);
    expect(server.received[1]?.raw).toContain("<6f1c2b1e-1111-4222-8333-444455556666@example.org>");
  });

  test("that is too large, or whose file has changed, is not delivered", async () => {
    const small = createMailer({ mostBytes: 10_000 });
    const file = await attachment("x".repeat(20_000), "large.pdf");
    const tooLarge = await failure(small.send(server.settings(), mail({ attachments: [file] }), signal));
    expect(tooLarge).toMatchObject({ code: "mail.too-large", permanent: true });
    await writeFile(file.path, "y".repeat(20_000));
    const changed = await failure(mailer.send(server.settings(), mail({ attachments: [file] }), signal));
    expect(changed).toMatchObject({ code: "mail.bad-file", permanent: true });
    await rm(file.path);
    const gone = await failure(mailer.send(server.settings(), mail({ attachments: [file] }), signal));
    expect(gone.message).toBe("An attachment cannot be read (ENOENT).");
    expect(server.received).toEqual([]);
  });

  test("that some recipients are refused reaches the others, and the receipt says which place was refused", async () => {
    server.refuses = { stage: "recipient", reply: "550 5.1.1 <two@example.org>: unknown user", only: "two@" };
    const receipt = await mailer.send(server.settings(), mail(), signal);
    expect(receipt.accepted).toBe(1);
    expect(receipt.refused).toEqual([{ recipient: 2, reply: "550 5.1.1 [address]: unknown user" }]);
    expect(server.received[0]?.to).toEqual(["one@example.org"]);
  });

  test.each<[string, MailStage, Partial<MailError>]>([
    [
      "451 4.7.1 Greylisted, try again later",
      "recipient",
      { code: "mail.deferred", permanent: false, afterMs: 300_000 },
    ],
    ["452 4.2.2 Mailbox full", "recipient", { code: "mail.deferred", permanent: false, afterMs: undefined }],
    ["550 5.1.1 unknown user", "recipient", { code: "mail.refused", permanent: true }],
    ["553 5.1.8 bad sender", "sender", { code: "mail.refused", permanent: true }],
    ["421 4.3.2 shutting down", "sender", { code: "mail.deferred", permanent: false }],
    ["554 5.7.1 looks like spam", "answer", { code: "mail.refused", permanent: true }],
    ["552 5.3.4 too big", "answer", { code: "mail.too-large", permanent: true }],
    ["451 4.3.0 later", "answer", { code: "mail.deferred", permanent: false, uncertain: false }],
    ["554 5.3.2 no service", "greeting", { code: "mail.refused", permanent: true }],
  ])("that is answered %s to the %s fails with that reply", async (reply, stage, wanted) => {
    server.refuses = { stage, reply };
    const error = await failure(mailer.send(server.settings(), mail(), signal));
    expect(error).toMatchObject(wanted);
    expect(error.message).toContain(reply);
    expect(server.received).toEqual([]);
  });

  test.each<MailStage>(["greeting", "sender", "recipient", "data", "answer"])(
    "whose server says nothing at the stage %s fails in time, and is given up at once when it is aborted",
    async (stage) => {
      server.stalls = stage;
      const hasty = createMailer({ connectMs: 150, answerMs: 150 });
      const late = await failure(hasty.send(server.settings(), mail(), signal));
      const uncertain = stage === "answer" || stage === "data";
      expect(late).toMatchObject({
        code: uncertain ? "mail.uncertain" : "mail.timeout",
        uncertain,
        permanent: false,
      });
      const abort = new AbortController();
      const reason = new Error("the step was cancelled");
      const sending = mailer.send(server.settings(), mail(), abort.signal);
      void server.reached(stage).then(() => abort.abort(reason));
      await expect(sending).rejects.toBe(reason);
    },
  );

  test("whose line is cut while it is sent may be sent again; cut before the answer nobody knows", async () => {
    const attachments = [await attachment(Buffer.alloc(3_000_000, "z"), "long.pdf")];
    server.cuts = "data";
    const cut = await failure(mailer.send(server.settings(), mail({ attachments }), signal));
    expect(cut).toMatchObject({ code: "mail.unreachable", permanent: false, uncertain: false });
    server.cuts = "answer";
    const unknown = await failure(mailer.send(server.settings(), mail({ attachments }), signal));
    expect(unknown).toMatchObject({ code: "mail.uncertain", uncertain: true });
  });

  test("goes over a new line when the old one was closed meanwhile", async () => {
    await mailer.send(server.settings(), mail(), signal);
    server.cuts = "answer";
    await failure(mailer.send(server.settings(), mail(), signal));
    server.cuts = undefined;
    await mailer.send(server.settings(), mail(), signal);
    expect(server.received).toHaveLength(2);
  });

  test("is not begun when the step's claim is lost: the server hears nothing of it", async () => {
    const acting = () => Promise.reject(new Error("the claim is lost"));
    await expect(mailer.send(server.settings(), mail(), signal, acting)).rejects.toThrow("the claim is lost");
    server.stalls = "sender";
    expect(server.received).toEqual([]);
    expect(server.conversations).toBe(1);
  });
});

describe(`over TLS${NEEDS_OPENSSL}`, { skip: !hasOpenssl }, () => {
  let authority: TestAuthority;
  let own: Partial<MailServer>;
  const users = { hub: "s3cret" };
  beforeAll(() => {
    authority = new TestAuthority();
    own = { caFile: authority.caFile };
  });
  afterAll(() => authority[Symbol.dispose]());

  test.each([
    ["tls", true],
    ["starttls", false],
    ["opportunistic", false],
  ] as const)("A-191 with security %s the password and the mail are encrypted", async (security, secure) => {
    await using server = await startMailServer({ certificate: authority.sign("mail"), secure, users });
    const account = { user: "hub", password: "s3cret" };
    const receipt = await mailer.send(server.settings({ ...own, security, ...account }), mail(), signal);
    expect(receipt).toMatchObject({ accepted: 2, encrypted: true });
    expect(server.received).toMatchObject([{ user: "hub", encrypted: true }]);
  });

  test("a certificate that is not trusted or for another name is refused in words", async () => {
    const faultOver = async (
      security: "tls" | "starttls",
      certificate: ReturnType<TestAuthority["sign"]>,
      more: Partial<MailServer>,
    ) => {
      await using server = await startMailServer({ certificate, secure: security === "tls" });
      const error = await failure(mailer.send(server.settings({ security, ...more }), mail(), signal));
      expect(error).toMatchObject({ code: "mail.tls", permanent: true });
      expect(server.received).toEqual([]);
      return error.message;
    };
    const fault: (...of: Tail<Parameters<typeof faultOver>>) => Promise<string> = async (...of) => {
      const told = [await faultOver("tls", ...of), await faultOver("starttls", ...of)];
      expect(told[0]).toBe(told[1]);
      return told[0] ?? "";
    };
    const good = authority.sign("mail");
    expect(await fault(good, {})).toContain("the authority of the certificate is not trusted here");
    const other = authority.sign("mail", { alternativeNames: "DNS:other.example" });
    expect(await fault(other, own)).toContain("the certificate is for another name");
    expect(await fault(good, { ...own, serverName: "mail.example" })).toContain("for another name");
  });

  test("without STARTTLS on the other side nothing is sent when it is required, and no password at all", async () => {
    await using server = await startMailServer();
    const required = await failure(mailer.send(server.settings({ security: "starttls" }), mail(), signal));
    expect(required).toMatchObject({ code: "mail.no-tls", permanent: true });
    for (const security of ["none", "opportunistic"] as const) {
      const account = { security, user: "hub", password: "s3cret" };
      const error = await failure(mailer.send(server.settings(account), mail(), signal));
      expect(error).toMatchObject({ code: "mail.no-tls", permanent: true });
      expect(error.message).not.toContain("s3cret");
    }
    const plain = await mailer.send(server.settings({ security: "opportunistic" }), mail(), signal);
    expect(plain.encrypted).toBe(false);
  });

  test("a refused sign-in names neither user nor password", async () => {
    await using server = await startMailServer({ certificate: authority.sign("mail"), users });
    const account = { ...own, user: "hub", password: "wr0ng" };
    const error = await failure(mailer.send(server.settings(account), mail(), signal));
    expect(error).toMatchObject({ code: "mail.auth", permanent: true });
    expect(error.message).not.toMatch(/wr0ng|\bhub\b/);
  });

  test("A-193 A-198 the test button tells every stage, and sends nothing", async () => {
    await using server = await startMailServer({ certificate: authority.sign("mail.local"), users });
    const settings = server.settings({ ...own, user: "hub", password: "s3cret" });
    const stages = await mailer.probe(settings, mail(), signal);
    expect(stages.map(({ stage, ok }) => [stage, ok])).toEqual(
      ["name", "connect", "tls", "sign-in", "accepted"].map((stage) => [stage, true]),
    );
    expect(stages[2]?.message).toMatch(/TLSv1\.[23]; certificate of mail\.local, valid until \d{4}-/);
    server.refuses = { stage: "recipient", reply: "550 5.1.1 <two@example.org> unknown", only: "two@" };
    const refused = (await mailer.probe(settings, mail(), signal)).at(-1);
    expect(refused).toMatchObject({ stage: "accepted", ok: false });
    expect(refused?.message).toBe("The server refused recipient 2: 550 5.1.1 [address] unknown");
    const last = async (more: Partial<MailServer>) => {
      const found = (await mailer.probe({ ...settings, ...more }, mail(), signal)).at(-1);
      return [found?.stage, found?.ok];
    };
    expect(await last({ password: "wr0ng" })).toEqual(["sign-in", false]);
    expect(await last({ caFile: "/nowhere.pem" })).toEqual(["tls", false]);
    expect(await last({ serverName: "other.example" })).toEqual(["tls", false]);
    expect(await last({ port: 1 })).toEqual(["connect", false]);
    expect(await last({ host: "no-such-host.invalid" })).toEqual(["name", false]);
    expect(server.received).toEqual([]);
  });
});
