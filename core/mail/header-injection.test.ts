// Nothing that a site or a patient's name holds can become a header, a recipient or a second mail.
import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Mail, MailAddresses } from "@thalamus/sdk";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startMailServer, type TestMailServer } from "../../test/support/mail-server.ts";
import { readAddresses } from "./mail-addresses.ts";
import { createMailer } from "./mailer.ts";

const good = { from: "hub@example.org", to: "one@example.org" };

describe("lists of addresses", () => {
  const to = (list: string) => readAddresses({ ...good, to: list }).to;

  test("A-191 are divided by commas and may have names in any script", () => {
    expect(
      to('"Doe, Jane" <jane@example.org>, Björn Müller <b@ex-ample.org>, 李四 <li@例え.jp>, d@localhost'),
    ).toEqual([
      { name: "Doe, Jane", address: "jane@example.org" },
      { name: "Björn Müller", address: "b@ex-ample.org" },
      { name: "李四", address: "li@xn--r8jz45g.jp" },
      { name: "", address: "d@localhost" },
    ]);
  });

  test("A-191 name each recipient once, and their domains in ASCII", () => {
    expect(to("a@Example.org, A <a@example.org>, b@bücher.example").map(({ address }) => address)).toEqual([
      "a@example.org",
      "b@xn--bcher-kva.example",
    ]);
  });

  test.each([
    "",
    " , ",
    "a@example.org; b@example.org",
    '"open <a@example.org>',
    "Doe, Jane <a@example.org>",
    "nobody",
    "@example.org",
    "a@",
    "a@b@example.org",
    "a b@example.org",
    "a@example..org",
    "a@-example.org",
    "a@exa mple.org",
    "a@[10.0.0.1]",
    '"quoted part"@example.org',
    "<a@example.org> <b@example.org",
    "group: a@example.org, b@example.org;",
    "a@example.org\r\nBcc: evil@example.net",
    "a@example.org\nBcc: evil@example.net",
    "a@example.org\u0000",
    "Name\u2028 <a@example.org>",
    "a@example.org>\u000bRCPT TO:<evil@example.net",
    "a@example.org> SIZE=1 <b@example.org",
    `${"x".repeat(65)}@example.org`,
    `a@${"x".repeat(64)}.org`,
  ])("such as %j are refused, without being shown", (list) => {
    const codes = { code: "mail.bad-address", permanent: true };
    for (const field of ["from", "to", "replyTo"] as const) {
      if (field === "replyTo" && list === "") continue;
      const addresses: MailAddresses = { ...good, [field]: list };
      expect(() => readAddresses(addresses)).toThrow(expect.objectContaining(codes));
      const shown = /evil|quoted|group|10\.0|xxx|@example\.\.|exa mple/;
      expect(() => readAddresses(addresses)).not.toThrow(shown);
    }
  });
});

describe("a mail", () => {
  let server: TestMailServer;
  let folder: string;
  const mailer = createMailer();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "injection-"));
  });
  beforeEach(async () => {
    server = await startMailServer();
  });
  afterEach(() => server[Symbol.asyncDispose]());
  afterAll(async () => {
    mailer.close();
    await rm(folder, { recursive: true, force: true });
  });

  const INJECTED = "x\r\nBcc: evil@example.net\r\n\r\n.\r\nMAIL FROM:<evil@example.net>\r\nX-Evil: 1";

  test("A-191 keeps line ends in any field inside of that field", async () => {
    const path = join(folder, "report.pdf");
    await writeFile(path, INJECTED);
    const bytes = Buffer.byteLength(INJECTED);
    const sha256 = createHash("sha256").update(INJECTED).digest("hex");
    const mail: Mail = {
      ...good,
      id: `${randomUUID()}>\r\nX-Evil: 1`,
      subject: INJECTED,
      text: INJECTED,
      html: INJECTED,
      attachments: [
        { name: `a"; ${INJECTED}/../b.pdf`, mediaType: `text/plain\r\nX-Evil: 1`, path, bytes, sha256 },
      ],
    };
    await mailer.send(server.settings(), mail, new AbortController().signal);
    expect(server.received).toHaveLength(1);
    const [{ raw, to } = expect.unreachable()] = server.received;
    expect(to).toEqual(["one@example.org"]);
    const [head = ""] = raw.split("\r\n\r\n");
    const names = head
      .split("\r\n")
      .filter((line) => !/^[ \t]/.test(line))
      .map((line) => line.split(":")[0]);
    expect(names.toSorted()).toEqual([
      "Auto-Submitted",
      "Content-Type",
      "Date",
      "From",
      "MIME-Version",
      "Message-ID",
      "Subject",
      "To",
    ]);
    expect(head).toMatch(/^Message-ID: <[A-Za-z0-9-]+@example\.org>$/m);
    // a header of a part begins a line behind a boundary; in a body such a line is text
    for (const part of raw.split(/\r\n--[^\r\n]+\r\n/).slice(1))
      expect(part.split("\r\n\r\n")[0]).not.toMatch(/^(?:X-Evil|Bcc)/m);
    expect(raw).toContain("Content-Type: application/octet-stream");
    expect(raw).toMatch(/filename\*1="[^"]*_\.\._b\.pdf"/);
  });

  test("A-191 has a subject and names of any script, encoded", async () => {
    const subject = `Befund für 李四 ${"lang ".repeat(60)}`;
    await mailer.send(
      server.settings(),
      { ...good, to: "Björn Müller <b@example.org>", id: "1", subject, text: "ä" },
      new AbortController().signal,
    );
    const raw = server.received[0]?.raw ?? "";
    expect(raw).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(raw).toMatch(/^To: =\?UTF-8\?Q\?Bj=C3=B6rn_M=C3=BCller\?= <b@example\.org>/m);
    for (const line of raw.split("\r\n")) expect(line.length).toBeLessThan(1000);
  });
});
