// Who is let in: secrets, names and addresses.
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { Clients, requireRight } from "./clients.ts";

const secretSha256 = (secret: string) => createHash("sha256").update(secret).digest("hex");
const client = (name: string, secret: string, more: object = {}) => {
  return { name, secretSha256: secretSha256(secret), may: ["query" as const], ...more };
};
const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } }) as IncomingMessage;

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
