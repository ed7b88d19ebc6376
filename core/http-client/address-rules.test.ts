// Which addresses are connected to, and that no way around leads to the others.
import { WebReceiver } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, it } from "vitest";
import { AddressRules } from "./address-rules.ts";
import { checkedConnector, checkedLookup } from "./checked-connect.ts";
import { createHttpClient } from "./http-client.ts";

const client = createHttpClient();
afterAll(() => client.close());
const never = new AbortController().signal;

describe("addresses", () => {
  const open = new AddressRules([]);

  it.each([
    ...["8.8.8.8", "193.0.6.139", "172.15.0.1", "172.32.0.1", "100.63.255.255", "100.128.0.1", "11.0.0.1"],
    ...["2606:4700::1111", "2a00:1450:4001::200e", "::ffff:8.8.8.8"],
  ])("%s is a public one", (address) => {
    expect(open.permits(address)).toBe(true);
  });

  it.each([
    ...["127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "0.0.0.0"],
    ...[
      "169.254.169.254",
      "100.64.0.1",
      "100.100.100.200",
      "192.0.0.192",
      "198.18.0.1",
      "224.0.0.1",
      "255.255.255.255",
    ],
    ...[
      "::1",
      "::",
      "fe80::1",
      "fe80::1%eth0",
      "fd00:ec2::254",
      "fc00::1",
      "ff02::1",
      "2001:db8::1",
      "2002:7f00:1::",
    ],
    ...["::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:7f00:1", "::127.0.0.1", "64:ff9b::a9fe:a9fe"],
    ...["", "localhost", "127.1", "2130706433"],
  ])("%s is refused", (address) => {
    expect(open.permits(address)).toBe(false);
  });

  it("networks that the site names are permitted, and only they", () => {
    const rules = new AddressRules(["10.20.0.0/16", "fd12::/16"]);
    expect(["10.20.3.4", "::ffff:10.20.3.4", "fd12::9"].every((one) => rules.permits(one))).toBe(true);
    expect(["10.21.0.1", "127.0.0.1", "fd13::9"].some((one) => rules.permits(one))).toBe(false);
    expect(() => new AddressRules(["10.20.0.0/99"])).toThrow("is no IP address or network");
  });
});

describe("nothing private is reached", () => {
  it.each([
    (port: number) => `http://127.0.0.1:${port}/`,
    (port: number) => `http://localhost:${port}/`,
    (port: number) => `http://2130706433:${port}/`,
    (port: number) => `http://0x7f.1:${port}/`,
    (port: number) => `http://0:${port}/`,
    (port: number) => `http://[::ffff:127.0.0.1]:${port}/`,
    () => "http://169.254.169.254/latest/meta-data/",
    () => "http://[fd00:ec2::254]/",
  ])("under no spelling (%#)", async (address) => {
    await using server = await WebReceiver.start();
    const url = address(server.port);
    const sent = client.send({ url }, { method: "GET" }, never);
    await expect(sent).rejects.toMatchObject({ code: "http.private-address", permanent: true });
    const report = await client.probe({ url }, { method: "GET" }, never);
    expect(report).toMatchObject({ ok: false, stages: [{ stage: "name", ok: false }] });
    expect(server.connections).toBe(0);
  });

  it("a name that resolves to something else when it is connected to gains nothing", async () => {
    await using server = await WebReceiver.start();
    // the lookup lets everything pass, as if the name had changed its address after it was looked at
    const rules = new AddressRules(["127.0.0.0/8", "::1"]);
    const later = Object.assign(Object.create(rules) as AddressRules, {
      permits: (one: string) => asked(one),
    });
    let questions = 0;
    const asked = (address: string) => {
      questions += 1;
      return questions === 1 ? rules.permits(address) : false;
    };
    const connect = checkedConnector(later, { minVersion: "TLSv1.2" }, 1000);
    const options = {
      hostname: "localhost",
      host: "localhost",
      protocol: "http:",
      port: String(server.port),
    };
    const error = await new Promise((resolve) => connect(options, (...[problem]) => resolve(problem)));
    expect(error).toMatchObject({ code: "http.private-address" });
    expect(server.requests).toEqual([]);
  });

  it("a name with public and private addresses is connected to at the public ones", async () => {
    const rules = new AddressRules([]);
    const error = await new Promise((resolve) => {
      checkedLookup(rules)("localhost", { all: true }, (problem) => resolve(problem));
    });
    expect(error).toMatchObject({ code: "http.private-address" });
  });

  it("behind a proxy, what is plain from the name is refused", async () => {
    for (const url of [
      "http://localhost/",
      "https://127.0.0.1/",
      "http://[::1]/",
      "http://169.254.169.254/",
    ]) {
      const sent = client.send({ url, proxy: "http://127.0.0.1:1" }, { method: "GET" }, never);
      await expect(sent).rejects.toMatchObject({ code: "http.private-address" });
    }
  });
});
