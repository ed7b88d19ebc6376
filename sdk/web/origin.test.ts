// Where a request comes from and under which address it came, with proxies that are believed or not.
import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { parseNetworks } from "../networks.ts";
import { originOf, ownAddress } from "./origin.ts";

const request = (headers: Record<string, string>, remoteAddress = "10.1.2.3") =>
  ({
    headers,
    socket: { remoteAddress, localAddress: "::ffff:10.0.0.1", localPort: 8080 },
  }) as unknown as IncomingMessage;

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

describe("the address of a service as its client sees it", () => {
  const at = (host: string, encrypted = false, publicUrl?: string) =>
    ownAddress(
      request({ host }),
      { remoteAddress: "10.1.2.3", encrypted, throughProxy: false },
      "/web",
      publicUrl,
    );

  test("is the public one, else the one that was asked for", () => {
    expect(at("hub:8080", false, "https://hub.example.org/web")).toBe("https://hub.example.org/web");
    expect(at("hub:8080")).toBe("http://hub:8080/web");
    expect(at("[::1]:443", true)).toBe("https://[::1]:443/web");
  });

  test.each(["evil.example/x", "a b", "", "x:123456", "user@host"])(
    "is not what a stranger writes: %j",
    (host) => {
      expect(at(host)).toBe("http://10.0.0.1:8080/web");
    },
  );
});
