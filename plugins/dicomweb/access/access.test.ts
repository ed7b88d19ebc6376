// Who is let in: secrets, names, addresses, and proxies that are believed or not.
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { parseNetworks } from "@thalamus/sdk";
import { describe, expect, test } from "vitest";
import { Clients, requireRight } from "./clients.ts";
import { originOf } from "./origin.ts";

const secretSha256 = (secret: string) => createHash("sha256").update(secret).digest("hex");
const client = (name: string, secret: string, more: object = {}) => {
  return { name, secretSha256: secretSha256(secret), may: ["query" as const], ...more };
};
const request = (headers: Record<string, string>, remoteAddress = "10.1.2.3", encrypted = false) =>
  ({ headers, socket: { remoteAddress, ...(encrypted ? { encrypted } : {}) } }) as unknown as IncomingMessage;
const bearer = (secret: string) => request({ authorization: `Bearer ${secret}` });

describe("clients", () => {
  const clients = new Clients([
    client("VIEWER", "one"),
    client("SCANNER", "two", { host: "10.1.0.0/16" }),
    client("LAB", "three", { host: "fd00::/8" }),
  ]);
  const status = (shown: IncomingMessage, address: string): string | number => {
    try {
      return clients.recognize(shown, address).name;
    } catch (error) {
      return (error as { status: number }).status;
    }
  };

  test("are known by their secret, from their network only", () => {
    expect(status(bearer("one"), "198.51.100.1")).toBe("VIEWER");
    expect(status(bearer("two"), "10.1.200.1")).toBe("SCANNER");
    expect(status(bearer("two"), "10.2.0.1")).toBe(401);
    expect(status(bearer("three"), "fd12::1")).toBe("LAB");
    expect(status(bearer("three"), "10.1.0.1")).toBe(401);
    expect(status(bearer("three"), "no address")).toBe(401);
  });

  test("do only what they may", () => {
    const viewer = clients.recognize(bearer("one"), "198.51.100.2");
    expect(() => requireRight(viewer, "query")).not.toThrow();
    expect(() => requireRight(viewer, "store")).toThrow(expect.objectContaining({ status: 403 }));
  });

  test.each([
    ["nobody", [], "dicomweb.no-clients"],
    ["two of one name", [client("A", "1"), client("A", "2")], "dicomweb.clients"],
    ["two of one secret", [client("A", "1"), client("B", "1")], "dicomweb.clients"],
    ["an address that is none", [client("A", "1", { host: "10.1.0.0/99" })], "dicomweb.bad-address"],
    ["a name as an address", [client("A", "1", { host: "scanner" })], "dicomweb.bad-address"],
  ])("cannot be %s", (_name, settings, code) => {
    expect(() => new Clients(settings)).toThrow(expect.objectContaining({ code }));
  });
});

describe("where a request comes from", () => {
  const proxies = parseNetworks(["127.0.0.1", "10.9.0.0/24"], "test.bad-address");
  const forwarded = { "x-forwarded-for": "1.1.1.1, 203.0.113.5, 10.9.0.7", "x-forwarded-proto": "https" };

  test("is the connection's other end, whatever a stranger says of himself", () => {
    const origin = originOf(request(forwarded, "::ffff:198.51.100.9"), proxies);
    expect(origin).toEqual({ remoteAddress: "198.51.100.9", encrypted: false, throughProxy: false });
  });

  test("is what the proxies saw, and nothing that was there before them", () => {
    const origin = originOf(request(forwarded, "127.0.0.1"), proxies);
    expect(origin).toEqual({ remoteAddress: "203.0.113.5", encrypted: true, throughProxy: true });
  });

  test("is the proxy itself when it says nothing that can be read", () => {
    const origin = originOf(request({ "x-forwarded-for": "unknown, <script>" }, "127.0.0.1"), proxies);
    expect(origin).toEqual({ remoteAddress: "127.0.0.1", encrypted: false, throughProxy: true });
  });
});
