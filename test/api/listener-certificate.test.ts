// The certificate of a TLS listener: who sends to it can fetch what it has to trust.
import { X509Certificate } from "node:crypto";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasOpenssl, NEEDS_OPENSSL, TestAuthority } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { DICOM_LISTENER, hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";

describe.runIf(hasOpenssl)(`A-219 the certificate of a listener${NEEDS_OPENSSL}`, () => {
  let authority: TestAuthority;
  let site: TestSite;
  let hub: Hub;
  let api: ApiClient;
  beforeAll(async () => {
    authority = new TestAuthority();
    const files = authority.sign("hub.example");
    // as some sites have it: everything in one file
    appendFileSync(files.certificateFile, readFileSync(authority.caFile));
    appendFileSync(files.certificateFile, readFileSync(files.keyFile));
    const secure = { ...DICOM_LISTENER.settings, tls: { enabled: true, ...files } };
    site = await newSite({
      plugins: [DICOM_LISTENER, { use: "dicom-scp", name: "dicom-tls", settings: secure }],
    });
    hub = await hubInProcess(site);
    api = await ApiClient.signedIn(hub.http.port);
  });
  afterAll(async () => {
    await hub.stop();
    site.remove();
    authority[Symbol.dispose]();
  });

  test("A-215 is offered by the status, comes with its chain and without its key, and makes a sender trust", async () => {
    const { body } = await api.call<{ listeners: { name: string; certificate?: string }[] }>(
      "GET",
      "/api/status",
    );
    const offered = body.listeners.map(({ name, certificate }) => [name, certificate]);
    expect(offered).toEqual([
      ["dicom-scp", undefined],
      ["dicom-tls", "/api/listeners/dicom-tls/certificate"],
    ]);
    const response = await api.fetch("/api/listeners/dicom-tls/certificate");
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="dicom-tls.pem"');
    const pem = await response.text();
    expect(pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(pem).not.toContain("PRIVATE");
    expect(new X509Certificate(pem).subject).toBe("CN=hub.example");

    const caFile = join(site.folder, "trusted.pem");
    writeFileSync(caFile, pem);
    const { port } = hub.listeners.get("dicom-tls")!;
    const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU", tls: { caFile } };
    await createDicomSender().echo(peer, AbortSignal.timeout(10_000));
  });

  test("is not there for a listener without one, for none, and for nobody who has not signed in", async () => {
    for (const name of ["dicom-scp", "nothing", "..%2F..%2Fetc"]) {
      const { status, body } = await api.call("GET", `/api/listeners/${name}/certificate`);
      expect([status, body["code"]]).toEqual([404, "api.not-found"]);
    }
    const stranger = new ApiClient(hub.http.port);
    expect((await stranger.call("GET", "/api/listeners/dicom-tls/certificate")).status).toBe(401);
  });
});
