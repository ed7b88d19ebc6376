// Revoked client certificates are refused, and without a list that holds every client certificate is.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConnectionOptions } from "node:tls";
import { type CertificateFiles, hasOpenssl, NEEDS_OPENSSL, TestAuthority } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { revocationListsIn } from "./revocation-list.ts";
import { RawSender } from "./testing/raw-sender.ts";
import { DEFAULTS, startScp } from "./testing/scp-under-test.ts";
import type { TlsSettings } from "./tls-settings.ts";

const LIST_ENDED = -1;

describe.runIf(hasOpenssl)(`A-216 revocation lists${NEEDS_OPENSSL}`, () => {
  let authority: TestAuthority;
  let hub: CertificateFiles;
  let scanner: CertificateFiles;
  let stolen: CertificateFiles;
  let lists: Record<"none" | "stolen" | "ended", string>;
  beforeAll(() => {
    authority = new TestAuthority();
    hub = authority.sign("hub.example");
    scanner = authority.sign("scanner-7");
    stolen = authority.sign("stolen-1");
    lists = {
      none: authority.revoke([]),
      stolen: authority.revoke([stolen]),
      ended: authority.revoke([], LIST_ENDED),
    };
  });
  afterAll(() => authority[Symbol.dispose]());

  const scpWith = (crlFile: string, clientCertificates: TlsSettings["clientCertificates"] = "require") => {
    const own = { enabled: true, ...hub, caFile: authority.caFile };
    return startScp({ tls: { ...DEFAULTS.tls, ...own, crlFile, clientCertificates } });
  };
  const showing = (files?: CertificateFiles): ConnectionOptions => ({
    ca: readFileSync(authority.caFile),
    ...(files && { cert: readFileSync(files.certificateFile), key: readFileSync(files.keyFile) }),
  });
  const isServed = async (port: number, files?: CertificateFiles): Promise<void> => {
    const sender = new RawSender(port, showing(files));
    await sender.associate();
    await sender.release();
  };
  const isRefused = async (port: number, files: CertificateFiles): Promise<void> => {
    const sender = new RawSender(port, showing(files));
    sender.propose();
    await sender.closed;
    await expect(sender.pdu()).rejects.toThrow("closed");
  };

  it.each(["require", "request"] as const)("shut out who is on one, and nobody else: %s", async (asked) => {
    await using scp = await scpWith(lists.stolen, asked);
    await isServed(scp.port, scanner);
    await isRefused(scp.port, stolen);
    const line = { code: "dicom-scp.tls-revoked", reason: "CERT_REVOKED", remoteAddress: "127.0.0.1" };
    expect(await scp.log.line("connection.ended")).toMatchObject(line);
    if (asked === "request") await isServed(scp.port);
    expect(scp.health?.()).toMatchObject({ ok: true });
  });

  it("are watched: a new one counts for the next connection, and one out of date is not taken over", async () => {
    const live = join(authority.folder, "live.crl");
    copyFileSync(lists.none, live);
    await using scp = await scpWith(live);
    await isServed(scp.port, stolen);
    copyFileSync(lists.stolen, live);
    await scp.log.line("certificate.exchanged");
    await isRefused(scp.port, stolen);
    copyFileSync(lists.ended, live);
    await scp.log.lineWhere(({ reason }) => reason === "the list of revoked certificates is out of date");
    expect(scp.health?.()).toMatchObject({ ok: false, message: expect.stringContaining("out of date") });
    await isRefused(scp.port, stolen);
    await isServed(scp.port, scanner);
  });

  it("that are out of date shut out everybody, and health and log say what to do", async () => {
    const live = join(authority.folder, "late.crl");
    copyFileSync(lists.ended, live);
    await using scp = await scpWith(live);
    expect(scp.health?.()).toMatchObject({ ok: false, message: expect.stringMatching(/crlFile.*ended on/) });
    expect(scp.log.all("certificate.revocation-list-ended")).toHaveLength(1);
    await isRefused(scp.port, scanner);
    const line = { code: "dicom-scp.tls-revocation-list", reason: "CRL_HAS_EXPIRED" };
    expect(await scp.log.line("connection.ended")).toMatchObject(line);
    copyFileSync(lists.none, live);
    await scp.log.line("certificate.exchanged");
    await isServed(scp.port, scanner);
    expect(scp.health?.()).toMatchObject({ ok: true });
  });

  it("may stand in one file, one for each authority", async () => {
    using other = new TestAuthority("Other Authority");
    const both = join(authority.folder, "both.crl");
    const text = [other.revoke([], 3), lists.stolen].map((path) => readFileSync(path, "utf8")).join("\n");
    writeFileSync(both, text);
    const [first, second] = revocationListsIn(readFileSync(both));
    expect(first.nextUpdate.getTime()).toBeLessThan(second!.nextUpdate.getTime());
    await using scp = await scpWith(both);
    await isServed(scp.port, scanner);
    await isRefused(scp.port, stolen);
  });

  it("of another authority do not vouch for anybody", async () => {
    using other = new TestAuthority("Other Authority");
    await using scp = await scpWith(other.revoke([]));
    await isRefused(scp.port, scanner);
    const line = { code: "dicom-scp.tls-revocation-list", reason: "UNABLE_TO_GET_CRL" };
    expect(await scp.log.line("connection.ended")).toMatchObject(line);
  });

  it("need client certificates to be about", async () => {
    await expect(scpWith(lists.none, "none")).rejects.toMatchObject({ code: "dicom-scp.tls-settings" });
  });

  it("that cannot be read stop the start", async () => {
    const whole = readFileSync(lists.stolen, "utf8");
    const der = Buffer.from(whole.replaceAll(/-----.*-----|\s/g, ""), "base64");
    const pem = (bytes: Buffer) =>
      `-----BEGIN X509 CRL-----\n${bytes.toString("base64")}\n-----END X509 CRL-----\n`;
    const path = join(authority.folder, "broken.crl");
    for (let length = 0; length < der.length; length += 7) {
      writeFileSync(path, pem(der.subarray(0, length)));
      await expect(scpWith(path)).rejects.toMatchObject({ code: "dicom-scp.tls-files" });
    }
    for (const text of ["", "nonsense", readFileSync(authority.caFile, "utf8")]) {
      writeFileSync(path, text);
      await expect(scpWith(path)).rejects.toMatchObject({ code: "dicom-scp.tls-files" });
    }
  });
});
