// The sender over TLS: to storescp of dcmtk, and to servers whose certificate is not what it should be.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer as createPlainServer, type Server } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import type { DicomPeerTls } from "@thalamus/sdk";
import { type CertificateFiles, hasOpenssl, NEEDS_OPENSSL, TestAuthority } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDicomSender } from "./dicom-sender.ts";
import { hasDcmtk, NEEDS_DCMTK, StoreScp } from "./testing/real-receivers.ts";
import { TestFiles } from "./testing/test-files.ts";

const sender = createDicomSender({ connectMs: 5000, answerMs: 5000 });
const never = new AbortController().signal;
const peerAt = (port: number, tls: DicomPeerTls) => {
  return { host: "127.0.0.1", port, calledAe: "PEER", callingAe: "THALAMUS", tls };
};

describe.runIf(hasOpenssl)(`TLS${NEEDS_OPENSSL}`, () => {
  const files = new TestFiles();
  let authority: TestAuthority;
  let archive: CertificateFiles;
  let hub: CertificateFiles;
  beforeAll(() => {
    authority = new TestAuthority();
    archive = authority.sign("archive.example", { alternativeNames: "DNS:archive.example" });
    hub = authority.sign("hub.example");
  });
  afterAll(() => {
    authority[Symbol.dispose]();
    files[Symbol.dispose]();
  });
  const trusting = (extra: DicomPeerTls = {}): DicomPeerTls => ({
    caFile: authority.caFile,
    serverName: "archive.example",
    ...extra,
  });

  describe.runIf(hasDcmtk)(`storescp of dcmtk${NEEDS_DCMTK}`, () => {
    const storescp = (...more: string[]) => {
      const own = ["+tls", archive.keyFile, archive.certificateFile];
      return StoreScp.start(...own, "+cf", authority.caFile, ...more);
    };

    it.each(["bcp195", "bcp195-non-downgrading", "bcp195-modified"] as const)(
      "A-216 takes objects with mutual TLS under %s",
      async (profile) => {
        await using receiver = await storescp();
        const { path, dataSet } = files.write(400_370);
        const peer = peerAt(receiver.port, trusting({ ...hub, profile }));
        expect(await sender.store(peer, [path], never)).toMatchObject([{ status: 0 }]);
        const [stored] = await receiver.files();
        expect(stored?.subarray(-dataSet.length).equals(dataSet)).toBe(true);
      },
    );

    it("that wants a certificate refuses a sender without one", async () => {
      await using receiver = await storescp();
      await expect(sender.echo(peerAt(receiver.port, trusting()), never)).rejects.toMatchObject({
        code: "dicom.tls",
      });
    });

    it("A-218 that is plain is an error, and never gets anything unencrypted", async () => {
      await using receiver = await StoreScp.start();
      const sent = sender.store(peerAt(receiver.port, trusting()), [files.write().path], never);
      await expect(sent).rejects.toMatchObject({ name: "DicomSendError", permanent: false });
      expect(await receiver.files()).toEqual([]);
    });
  });

  async function listening(server: Server): Promise<AsyncDisposable & { readonly port: number }> {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const close = async () => {
      server.close();
      await once(server, "close");
    };
    return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: close };
  }
  const withTls = (options: TlsOptions = {}) =>
    createServer({
      cert: readFileSync(archive.certificateFile),
      key: readFileSync(archive.keyFile),
      ...options,
    }).on("secureConnection", (socket) => socket.on("error", () => {}).end());

  it.each([
    ["of an authority it does not know", {}, { serverName: "archive.example" }],
    ["for another name", {}, { serverName: "other.example" }],
    ["for another host", {}, {}],
    ["and nothing newer than TLS 1.1", { minVersion: "TLSv1", maxVersion: "TLSv1.1" }, undefined],
    [
      "and a suite without forward secrecy",
      { maxVersion: "TLSv1.2", ciphers: "AES256-GCM-SHA384" },
      undefined,
    ],
  ] as const)("a receiver with a certificate %s is dicom.tls", async (name, server, tls) => {
    await using receiver = await listening(withTls(server));
    const known = name.includes("authority") ? {} : { caFile: authority.caFile };
    const peer = peerAt(receiver.port, tls ? { ...known, ...tls } : trusting());
    await expect(sender.echo(peer, never)).rejects.toMatchObject({ code: "dicom.tls", permanent: false });
  });

  it("the name in the certificate is that of the host when none is given", async () => {
    const cert = { cert: readFileSync(hub.certificateFile), key: readFileSync(hub.keyFile) };
    await using receiver = await listening(withTls(cert));
    const echoed = sender.echo(peerAt(receiver.port, { caFile: authority.caFile }), never);
    // the server hangs up behind the handshake
    await expect(echoed).rejects.toMatchObject({ code: "dicom.aborted" });
  });

  it("files that cannot be used are dicom.tls-files, without a path in the message", async () => {
    for (const tls of [{ caFile: "/nowhere/ca.pem" }, { ...hub, keyFile: archive.keyFile }]) {
      const echoed = sender.echo(peerAt(1, tls), never);
      await expect(echoed).rejects.toMatchObject({ code: "dicom.tls-files", permanent: true });
      await expect(echoed).rejects.not.toThrow(/\//);
    }
  });

  it("a peer that never answers the handshake is dicom.unreachable in time", async () => {
    await using receiver = await listening(
      createPlainServer((socket) => socket.on("error", () => {}).resume()),
    );
    const hurried = createDicomSender({ connectMs: 50, answerMs: 50 });
    const echoed = hurried.echo(peerAt(receiver.port, trusting()), never);
    await expect(echoed).rejects.toMatchObject({ code: "dicom.unreachable" });
  });
});
