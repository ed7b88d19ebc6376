// HTTPS on the console: from files, exchanged by upload, confirmed over the new certificate, or taken back.
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { type TLSSocket, connect as tlsConnect } from "node:tls";
import { NEEDS_OPENSSL, TestAuthority } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { connect } from "../../core/database/database.ts";
import { HttpCertificate } from "../../core/database/entities/http-certificate.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { ADMIN_PASSWORD, hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import type { SettingsAnswer } from "../support/settings-client.ts";

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly fingerprint: string;
  readonly cookie: string | undefined;
  /** Strict-Transport-Security */
  readonly strict: string | undefined;
}

describe.skipIf(NEEDS_OPENSSL !== "")(`HTTPS${NEEDS_OPENSSL}`, () => {
  let authority: TestAuthority;
  let site: TestSite;
  let hub: Hub;
  let cookie = "";
  const text = (file: string) => readFileSync(file, "utf8");

  beforeAll(async () => {
    authority = new TestAuthority();
    const first = authority.sign("first");
    const tls = { certificateFile: first.certificateFile, keyFile: first.keyFile, caFile: authority.caFile };
    site = await newSite({ plugins: [], http: { host: "127.0.0.1", port: 0, tls } });
    hub = await hubInProcess(site);
    cookie = (await call("POST", "/api/session", { name: "admin", password: ADMIN_PASSWORD })).cookie!;
  });
  afterAll(async () => {
    await hub.stop();
    site.remove();
    authority[Symbol.dispose]();
  });

  /** Each over a connection of its own, checked against the authority. */
  function call(method: string, path: string, body?: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json", ...(cookie === "" ? {} : { cookie }) };
      const options = {
        port: hub.http.port,
        host: "127.0.0.1",
        agent: false,
        ca: text(authority.caFile),
      } as const;
      const asked = request({ ...options, method, path, headers }, (response) => {
        const { fingerprint256 } = (response.socket as TLSSocket).getPeerCertificate();
        let got = "";
        response.on("data", (chunk: Buffer) => {
          got += chunk.toString();
        });
        response.on("end", () => {
          resolve({
            status: response.statusCode ?? 0,
            body: (got === "" ? {} : JSON.parse(got)) as Record<string, unknown>,
            fingerprint: fingerprint256,
            cookie: response.headers["set-cookie"]?.[0]?.split(";")[0],
            strict: response.headers["strict-transport-security"],
          });
        });
      });
      asked.on("error", reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  const upload = (commonName: string, more: object = {}) => {
    const { certificateFile, keyFile } = authority.sign(commonName);
    return call("PUT", "/api/certificate", {
      certificate: text(certificateFile),
      key: text(keyFile),
      ...more,
    });
  };

  test("is spoken with the certificate of the files, and its cookie goes over nothing else", async () => {
    expect(hub.http.protocol).toBe("https");
    const { body } = await call("GET", "/api/certificate");
    expect(body).toMatchObject({ https: true, used: { state: "expiring", names: "localhost, 127.0.0.1" } });
    const raw = await new Promise<string>((resolve, reject) => {
      const headers = { "content-type": "application/json" };
      const options = {
        port: hub.http.port,
        method: "POST",
        path: "/api/session",
        headers,
        ca: text(authority.caFile),
      };
      const asked = request({ ...options, host: "127.0.0.1" }, (response) => {
        response.resume();
        resolve(response.headers["set-cookie"]?.[0] ?? "");
      });
      asked.on("error", reject);
      asked.end(JSON.stringify({ name: "admin", password: ADMIN_PASSWORD }));
    });
    expect(raw).toMatch(/; Secure/);
  });

  test("X-019 health warns of a certificate that ends within 30 days", async () => {
    // those of the test authority are valid for 30 days, so the last one has begun
    expect((await call("GET", "/health")).body).toMatchObject({ status: "warning", certificate: "expiring" });
  });

  test("X-017 refuses TLS 1.1 and takes 1.2", async () => {
    const trying = (version: "TLSv1.1" | "TLSv1.2") =>
      new Promise<string | null>((resolve) => {
        const options = { port: hub.http.port, host: "127.0.0.1", ca: text(authority.caFile) };
        const ciphers = version === "TLSv1.1" ? { ciphers: "DEFAULT@SECLEVEL=0" } : {};
        const socket = tlsConnect(
          { ...options, minVersion: version, maxVersion: version, ...ciphers },
          () => {
            resolve(socket.getProtocol());
            socket.destroy();
          },
        );
        socket.on("error", () => resolve(null));
      });
    expect(await trying("TLSv1.1")).toBeNull();
    expect(await trying("TLSv1.2")).toBe("TLSv1.2");
  });

  test("A-118 A-119 an uploaded certificate is used at once, and stays when a new connection confirms it", async () => {
    const before = (await call("GET", "/api/session")).fingerprint;
    const answer = await upload("second");
    expect(answer.status).toBe(200);
    const until = Date.parse(String(answer.body["confirmUntil"]));
    expect(until - Date.now()).toBeGreaterThan(50_000);
    expect(until - Date.now()).toBeLessThan(61_000);
    const onTrial = await call("GET", "/api/certificate");
    expect(onTrial.body["trial"]).toMatchObject({ reached: true });
    const after = await call("POST", "/api/certificate/confirm");
    expect(after.fingerprint).not.toBe(before);
    expect(after.status).toBe(204);
    expect((await call("POST", "/api/certificate/confirm")).body).toMatchObject({ code: "access.no-trial" });
    const orm = await connect(site.databaseUrl);
    const rows = await orm.em.fork().findAll(HttpCertificate);
    await orm.close();
    expect(rows.map(({ state }) => state)).toEqual(["current"]);
    expect(JSON.stringify(rows)).not.toContain("PRIVATE KEY");
  });

  test("comes back to the one before when nobody confirms in time", async () => {
    const before = (await call("GET", "/api/session")).fingerprint;
    await upload("third");
    expect((await call("GET", "/api/session")).fingerprint).not.toBe(before);
    const orm = await connect(site.databaseUrl);
    await orm.em
      .fork()
      .nativeUpdate(HttpCertificate, { state: "trial" }, { trialEndsAt: new Date(Date.now() - 1) });
    await vi.waitFor(async () => expect((await call("GET", "/api/session")).fingerprint).toBe(before), {
      timeout: 40_000,
      interval: 500,
    });
    const states = (await orm.em.fork().findAll(HttpCertificate)).map(({ state }) => state);
    await orm.close();
    expect(states.toSorted()).toEqual(["current", "rolled-back"]);
  });

  test("a certificate is looked at before it is used, and nothing of it is kept", async () => {
    const before = (await call("GET", "/api/session")).fingerprint;
    const [good, other] = [authority.sign("good"), authority.sign("other")];
    const [certificate, key] = [text(good.certificateFile), text(good.keyFile)];
    const check = async (body: object) => (await call("POST", "/api/certificate/check", body)).body;
    expect(await check({ certificate, key, ca: text(authority.caFile) })).toMatchObject({
      ok: true,
      facts: {
        subject: "CN=good",
        issuer: "CN=Test Authority",
        names: "localhost, 127.0.0.1",
        state: "expiring",
      },
      chain: ["CN=good", "CN=Test Authority"],
      warnings: [expect.stringContaining("ends in")],
    });
    expect(await check({ certificate, key })).toMatchObject({
      warnings: [expect.stringContaining("in between"), expect.stringContaining("ends in")],
    });
    // what can be read is shown although it cannot be used
    expect(await check({ certificate, key: text(other.keyFile) })).toMatchObject({
      ...{ ok: false, problem: expect.stringContaining("does not belong"), facts: { subject: "CN=good" } },
    });
    expect((await call("GET", "/api/session")).fingerprint).toBe(before);
    expect((await call("GET", "/api/certificate")).body["trial"]).toBeUndefined();
  });

  test("browsers are asked to insist on HTTPS when the site wants it, and not while a certificate is on trial", async () => {
    const strict = async () => (await call("GET", "/health")).strict;
    expect(await strict()).toBeUndefined();
    const { version, sections } = (await call("GET", "/api/settings")).body as unknown as SettingsAnswer;
    const { value } = sections.find(({ id }) => id === "core.hsts")!;
    const saved = await call("PUT", "/api/settings/core.hsts", {
      version,
      value: { ...value, hstsDays: 30 },
    });
    expect(saved.status).toBe(200);
    expect(await strict()).toBe("max-age=2592000");
    await upload("fourth");
    expect(await strict()).toBeUndefined();
    expect((await call("POST", "/api/certificate/confirm")).status).toBe(204);
    expect(await strict()).toBe("max-age=2592000");
  });

  test("X-018 what cannot be used is refused with the reason, and the old one stays", async () => {
    const before = (await call("GET", "/api/session")).fingerprint;
    const [good, other] = [authority.sign("good"), authority.sign("other")];
    using foreign = new TestAuthority("Another");
    const certificate = text(good.certificateFile);
    const key = text(good.keyFile);
    const expired = authority.sign("expired", { days: -1 });
    const tries: readonly [string, object][] = [
      ["does not belong", { certificate, key: text(other.keyFile) }],
      ["stands a private key", { certificate: key, key: certificate }],
      ["stands a certificate", { certificate, key: certificate }],
      ["no PEM", { certificate: "hello", key }],
      ["chain is broken", { certificate, key, ca: text(foreign.caFile) }],
      ["passphrase", { certificate, key: text(authority.sign("locked", { passphrase: "secret" }).keyFile) }],
      ["expired on", { certificate: text(expired.certificateFile), key: text(expired.keyFile) }],
    ];
    for (const [words, body] of tries) {
      const answer = await call("PUT", "/api/certificate", body);
      expect(answer).toMatchObject({ status: 400, body: { code: "access.certificate" } });
      expect(String(answer.body["message"])).toContain(words);
    }
    expect((await call("GET", "/api/session")).fingerprint).toBe(before);
  });
});

test.skipIf(NEEDS_OPENSSL !== "")(
  "X-020 on a hub of plain HTTP an uploaded certificate waits, which is told",
  async () => {
    using authority = new TestAuthority();
    const { certificateFile, keyFile } = authority.sign("waits");
    const site = await newSite({ plugins: [], http: { host: "127.0.0.1", port: 0 } });
    const hub = await hubInProcess(site);
    const api = await ApiClient.signedIn(hub.http.port);
    expect((await api.call("GET", "/api/certificate")).body).toEqual({ https: false });
    const body = { certificate: readFileSync(certificateFile, "utf8"), key: readFileSync(keyFile, "utf8") };
    expect((await api.call("PUT", "/api/certificate", body)).body).toEqual({});
    expect((await api.call("GET", "/api/certificate")).body).toMatchObject({
      ...{ https: false, kept: { subject: "CN=waits" } },
    });
    await hub.stop();
    site.remove();
  },
);
