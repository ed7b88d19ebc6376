// DICOM over TLS: who gets in, with which versions, and how certificates change.
import { X509Certificate } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConnectionOptions } from "node:tls";
import { type CertificateFiles, hasOpenssl, NEEDS_OPENSSL, TestAuthority } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DicomScpSettings } from "./settings.ts";
import { RawSender } from "./testing/raw-sender.ts";
import { DEFAULTS, startScp } from "./testing/scp-under-test.ts";
import { testObject } from "./testing/test-object.ts";
import type { TlsSettings } from "./tls-settings.ts";

const object = testObject(1, 2000);

describe.runIf(hasOpenssl)(`TLS${NEEDS_OPENSSL}`, () => {
  let authority: TestAuthority;
  let stranger: TestAuthority;
  let hub: CertificateFiles;
  let scanner: CertificateFiles;
  beforeAll(() => {
    authority = new TestAuthority();
    stranger = new TestAuthority("Stranger");
    hub = authority.sign("hub.example");
    scanner = authority.sign("scanner-7", { alternativeNames: "DNS:mr7.example,IP:127.0.0.1" });
  });
  afterAll(() => {
    authority[Symbol.dispose]();
    stranger[Symbol.dispose]();
  });

  const tlsOf = (tls: Partial<TlsSettings> = {}): Pick<DicomScpSettings, "tls"> => ({
    tls: { ...DEFAULTS.tls, enabled: true, ...hub, caFile: authority.caFile, ...tls },
  });
  const trusting = (extra: ConnectionOptions = {}) => ({ ca: readFileSync(authority.caFile), ...extra });
  const showing = ({ certificateFile, keyFile }: CertificateFiles) =>
    trusting({ cert: readFileSync(certificateFile), key: readFileSync(keyFile) });

  async function stores(port: number, tls: ConnectionOptions): Promise<RawSender> {
    const sender = new RawSender(port, tls);
    await sender.associate();
    sender.store(object);
    expect(await sender.response()).toMatchObject({ status: 0 });
    await sender.release();
    return sender;
  }

  it.each(["TLSv1.2", "TLSv1.3"] as const)("A-141 A-217 takes objects over %s", async (version) => {
    await using scp = await startScp(tlsOf());
    await stores(scp.port, trusting({ minVersion: version, maxVersion: version }));
    expect(scp.intake.dataSet(object.sopInstanceUid)).toEqual(object.dataSet);
    expect(await scp.log.line("association.accepted")).toMatchObject({ tls: version });
  });

  it("A-220 refuses TLS 1.1", async () => {
    await using scp = await startScp(tlsOf());
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    await new RawSender(scp.port, trusting(old)).closed;
    const reason = "ERR_SSL_UNSUPPORTED_PROTOCOL";
    expect(await scp.log.line("connection.ended")).toMatchObject({ code: "dicom-scp.tls-failed", reason });
  });

  it.each([
    ["bcp195", "ECDHE-RSA-AES128-SHA256"],
    ["bcp195-non-downgrading", "ECDHE-RSA-CHACHA20-POLY1305"],
    ["bcp195-modified", "AES256-GCM-SHA384"],
  ] as const)("with profile %s refuses the suite %s", async (profile, ciphers) => {
    await using scp = await startScp(tlsOf({ profile }));
    const suite = { ciphers, maxVersion: "TLSv1.2" } as const;
    await new RawSender(scp.port, trusting(suite)).closed;
    expect(await scp.log.line("connection.ended")).toMatchObject({ code: "dicom-scp.tls-failed" });
    await stores(scp.port, trusting({ maxVersion: "TLSv1.2", ciphers: "DHE-RSA-AES128-GCM-SHA256" }));
  });

  it("A-143 A-218 refuses a plain sender, and serves the next one with TLS", async () => {
    await using scp = await startScp(tlsOf());
    const plain = new RawSender(scp.port);
    plain.propose();
    await plain.closed;
    const line = { code: "dicom-scp.tls-required", remoteAddress: "127.0.0.1" };
    expect(await scp.log.line("connection.ended")).toMatchObject(line);
    await stores(scp.port, trusting());
  });

  it("A-218 refuses a sender with TLS when TLS is off", async () => {
    await using scp = await startScp();
    await new RawSender(scp.port, trusting()).closed;
    expect(await scp.log.line("connection.ended")).toMatchObject({ code: "dicom-scp.protocol" });
  });

  it("ends a connection that never finishes its handshake, also when it stops meanwhile", async () => {
    await using scp = await startScp({ ...tlsOf(), artimSeconds: 0.05 });
    const silent = new RawSender(scp.port);
    await silent.closed;
    expect(await scp.log.line("connection.ended")).toMatchObject({ code: "dicom-scp.no-request" });
    await using slow = await startScp({ ...tlsOf(), artimSeconds: 600 });
    const half = new RawSender(slow.port);
    half.write(Buffer.from([0x16, 3, 1]));
    await stores(slow.port, trusting());
    await slow.stop();
    await half.closed;
  });

  describe("client certificates", () => {
    it("A-216 when required: in with one of the authority, out without one or with a stranger's", async () => {
      await using scp = await startScp(tlsOf({ clientCertificates: "require" }));
      await new RawSender(scp.port, trusting()).closed;
      await new RawSender(scp.port, showing(stranger.sign("scanner-7"))).closed;
      await new RawSender(scp.port, showing(authority.sign("scanner-7", { days: -1 }))).closed;
      const refused = scp.log.all("connection.ended").map(({ code, reason }) => [code, reason]);
      expect(refused).toEqual([
        ["dicom-scp.tls-client-certificate", "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE"],
        ["dicom-scp.tls-client-certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
        ["dicom-scp.tls-client-certificate", "CERT_HAS_EXPIRED"],
      ]);
      const opened = scp.intake.next("opened");
      await stores(scp.port, showing(scanner));
      expect(await opened).toMatchObject({ callingAe: "RAW", tlsIdentity: "scanner-7" });
      expect(await scp.log.line("association.accepted")).toMatchObject({ tlsIdentity: "scanner-7" });
    });

    it("when requested: one nobody vouches for counts as none", async () => {
      await using scp = await startScp(tlsOf({ clientCertificates: "request" }));
      await stores(scp.port, trusting());
      await stores(scp.port, showing(stranger.sign("scanner-7")));
      await stores(scp.port, showing(scanner));
      const names = scp.log.all("association.accepted").map((line) => line["tlsIdentity"]);
      expect(names).toEqual([undefined, undefined, "scanner-7"]);
    });

    it("decide who may send: by common name, alternative name or fingerprint", async () => {
      const { fingerprint256 } = new X509Certificate(readFileSync(scanner.certificateFile));
      const wanted = ["scanner-7", "MR7.example", fingerprint256, `SHA256:${fingerprint256.toLowerCase()}`];
      for (const tlsIdentity of wanted) {
        const allowedCallers = [{ ae: "RAW", tlsIdentity }];
        await using scp = await startScp({ ...tlsOf({ clientCertificates: "request" }), allowedCallers });
        await stores(scp.port, showing(scanner));
        for (const other of [trusting(), showing(hub), showing(stranger.sign("scanner-7"))]) {
          const sender = new RawSender(scp.port, other);
          sender.propose();
          expect(await sender.rejection()).toEqual({ result: 1, source: 1, reason: 3 });
        }
      }
    });
  });

  describe("settings that cannot work", () => {
    it.each([
      ["no certificate", { certificateFile: undefined }, "dicom-scp.tls-settings"],
      [
        "no authority to check clients",
        { caFile: undefined, clientCertificates: "require" },
        "dicom-scp.tls-settings",
      ],
      ["a file that is not there", { keyFile: "/nowhere/key.pem" }, "dicom-scp.tls-files"],
      ["an authorities file without any", { caFile: import.meta.filename }, "dicom-scp.tls-files"],
    ])("%s", async (_name, change, code) => {
      const { tls } = tlsOf();
      const entries = Object.entries({ ...tls, ...change }).filter(([, value]) => value !== undefined);
      const started = startScp({ tls: Object.fromEntries(entries) as TlsSettings });
      await expect(started).rejects.toMatchObject({ name: "Permanent", code });
    });

    it("A-142 the key of another certificate, or a wrong passphrase", async () => {
      const sealed = authority.sign("sealed", { passphrase: "open-sesame" });
      const started = startScp(tlsOf({ keyFile: scanner.keyFile }));
      await expect(started).rejects.toMatchObject({ code: "dicom-scp.tls-files" });
      const locked = startScp(tlsOf({ ...sealed, keyPassphrase: "wrong" }));
      await expect(locked).rejects.toMatchObject({ code: "dicom-scp.tls-files" });
      await using scp = await startScp(tlsOf({ ...sealed, keyPassphrase: "open-sesame" }));
      await stores(scp.port, trusting());
    });

    it("an allowed sender with a certificate that nobody asks for", async () => {
      const allowedCallers = [{ ae: "RAW", tlsIdentity: "scanner-7" }];
      const started = startScp({ ...tlsOf(), allowedCallers });
      await expect(started).rejects.toMatchObject({ code: "dicom-scp.tls-settings" });
    });
  });

  describe("exchanging the certificate", () => {
    it("happens while it runs; a broken file keeps the old one and is told once; health says until when", async () => {
      const files = {
        certificateFile: join(authority.folder, "live.pem"),
        keyFile: join(authority.folder, "live.key"),
      };
      const put = (from: CertificateFiles) => {
        copyFileSync(from.keyFile, files.keyFile);
        copyFileSync(from.certificateFile, files.certificateFile);
      };
      put(hub);
      await using scp = await startScp(tlsOf(files));
      const shown = async () => {
        const { socket } = await stores(
          scp.port,
          trusting({ checkServerIdentity: (_host, peer) => void seen.push(peer.subject.CN) }),
        );
        expect(socket.closed).toBe(true);
        return seen.at(-1);
      };
      const seen: unknown[] = [];
      expect(await shown()).toBe("hub.example");

      writeFileSync(
        files.certificateFile,
        "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n",
      );
      expect(await scp.log.line("certificate.refused")).toMatchObject({ code: "dicom-scp.tls-files" });
      expect(scp.health?.()).toMatchObject({ ok: false });
      expect(await shown()).toBe("hub.example");

      const before = scp.log.all("certificate.refused").length;
      put(authority.sign("expired.example", { days: -1 }));
      await scp.log.lineWhere((line) => line["reason"] === "the certificate has expired");
      expect(await shown()).toBe("hub.example");

      const next = authority.sign("next.example", { days: 10, curve: "P-256" });
      put(next);
      const { expiresAt } = await scp.log.line("certificate.exchanged");
      expect(await shown()).toBe("next.example");
      const validTo = new X509Certificate(readFileSync(next.certificateFile)).validToDate.toISOString();
      expect(expiresAt).toBe(validTo);
      expect(scp.health?.()).toMatchObject({ ok: true, expiresAt: validTo });
      expect(scp.health?.().message).toContain("in 9 days");
      expect(before).toBeLessThan(4);
    });

    it("an expired one at the start is used and told: senders may not look at dates", async () => {
      await using scp = await startScp(tlsOf(authority.sign("old.example", { days: -1 })));
      expect(await scp.log.line("certificate.loaded")).toMatchObject({ daysLeft: -2 });
      expect(scp.health?.()).toMatchObject({ ok: false });
      await stores(scp.port, trusting({ rejectUnauthorized: false }));
    });

    it("without TLS there is nothing to tell", async () => {
      await using scp = await startScp();
      expect(scp.health).toBeUndefined();
    });
  });
});
