// TLS of the HTTP client: whom it trusts, who it is, which versions it speaks, and what it says when that fails.

import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import type { HttpDestination } from "@thalamus/sdk";
import { answering, hasOpenssl, NEEDS_OPENSSL, TestAuthority, WebReceiver } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHttpClient } from "./http-client.ts";

const client = createHttpClient();
const never = new AbortController().signal;
let authority: TestAuthority;
beforeAll(() => {
  if (hasOpenssl) authority = new TestAuthority();
});
afterAll(async () => {
  await client.close();
  authority?.[Symbol.dispose]();
});

const destinationOf = (url: string, tls: HttpDestination["tls"] = { caFile: authority.caFile }) => ({
  url,
  privateNetworks: ["127.0.0.0/8"],
  ...(tls ? { tls } : {}),
});
const send = (destination: HttpDestination) =>
  client.send(destination, { method: "POST", body: "report" }, never);
const failure = (destination: HttpDestination) => send(destination).catch((e: unknown) => e);

describe.skipIf(!hasOpenssl)(`TLS${NEEDS_OPENSSL}`, () => {
  it("a certificate of the authority that is given is trusted", async () => {
    await using server = await WebReceiver.start(answering(201), authority.sign("reports"));
    expect((await send(destinationOf(server.url))).status).toBe(201);
    const report = await client.probe(destinationOf(server.url), { method: "OPTIONS" }, never);
    expect(report.ok).toBe(true);
    expect(report.stages?.map(({ stage }) => stage)).toEqual([
      "name",
      "connect",
      "tls",
      "sign-in",
      "accepted",
    ]);
    expect(report.stages?.[2]?.message).toMatch(
      /^TLSv1\.3; certificate of reports by Test Authority, valid until /,
    );
  });

  it("an unknown authority, another name and an expired certificate each have their words", async () => {
    await using server = await WebReceiver.start(answering(200), authority.sign("reports"));
    expect(await failure({ url: server.url, privateNetworks: ["127.0.0.0/8"] })).toMatchObject({
      code: "http.tls-certificate",
      permanent: true,
      message: expect.stringContaining("authority is not trusted"),
    });
    const elsewhere = authority.sign("other", { alternativeNames: "DNS:elsewhere.example.org" });
    await using other = await WebReceiver.start(answering(200), elsewhere);
    expect(await failure(destinationOf(other.url))).toMatchObject({
      code: "http.tls-certificate",
      message: expect.stringContaining("another name"),
    });
    const named = { caFile: authority.caFile, serverName: "elsewhere.example.org" };
    expect((await send(destinationOf(other.url, named))).status).toBe(200);
    await using old = await WebReceiver.start(answering(200), authority.sign("old", { days: -1 }));
    const report = await client.probe(destinationOf(old.url), { method: "GET" }, never);
    expect(report).toMatchObject({ ok: false, message: expect.stringContaining("has expired") });
    expect(report.stages?.at(-1)).toMatchObject({ stage: "tls", ok: false });
    expect(server.requests.length + old.requests.length).toBe(0);
  });

  it("mutual TLS: own certificate where it is asked for, and words where it is missing", async () => {
    const tls = { ...authority.sign("reports"), clientCaFile: authority.caFile };
    await using server = await WebReceiver.start(answering(200), tls);
    const own = { caFile: authority.caFile, ...authority.sign("hub") };
    expect((await send(destinationOf(server.url, own))).status).toBe(200);
    expect(await failure(destinationOf(server.url))).toMatchObject({
      code: expect.stringMatching(/^http\.(tls|cut)$/),
      message: expect.stringContaining("wants a client certificate"),
    });
    expect(server.requests).toHaveLength(1);
  });

  it("nothing below TLS 1.2, and no TLS at all, are told apart", async () => {
    const { certificateFile, keyFile } = authority.sign("old");
    const options = { cert: readFileSync(certificateFile), key: readFileSync(keyFile) };
    const versions = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    const server = createServer({ ...options, ...versions }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    expect(await failure(destinationOf(`https://127.0.0.1:${port}`))).toMatchObject({ code: "http.tls" });
    server.close();
    await using plain = await WebReceiver.start();
    const error = await failure(destinationOf(plain.url.replace("http:", "https:")));
    expect(error).toMatchObject({
      code: "http.tls",
      message: expect.stringContaining("no TLS on this port"),
    });
  });

  it("files that cannot be read are told without their names; new ones are used without a restart", async () => {
    await using server = await WebReceiver.start(answering(200), authority.sign("reports"));
    const missing = destinationOf(server.url, { caFile: "/no/CANARY.pem" });
    const error = await failure(missing);
    expect(error).toMatchObject({ code: "http.tls-files", permanent: true });
    expect(String(error)).not.toContain("CANARY");
    const caFile = join(authority.folder, "changing.pem");
    using stranger = new TestAuthority("Stranger");
    writeFileSync(caFile, readFileSync(stranger.caFile));
    expect(await failure(destinationOf(server.url, { caFile }))).toMatchObject({
      code: "http.tls-certificate",
    });
    writeFileSync(caFile, readFileSync(authority.caFile));
    expect((await send(destinationOf(server.url, { caFile }))).status).toBe(200);
  });
});
