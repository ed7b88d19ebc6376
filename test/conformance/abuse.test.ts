// Hostile and broken peers against a real hub, plain and over TLS: after each one honest senders are served.
import { hasOpenssl, NEEDS_OPENSSL } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ofTheDay } from "../support/of-the-day.ts";
import { type Attack, play } from "./abuse/attack.ts";
import { COMMANDS } from "./abuse/cases/commands.ts";
import { CONNECTIONS, HANDSHAKES, SLOW } from "./abuse/cases/connections.ts";
import { OPENING } from "./abuse/cases/opening.ts";
import { P_DATA } from "./abuse/cases/p-data.ts";
import { REQUESTS } from "./abuse/cases/requests.ts";
import { HubUnderAttack, MAX_ASSOCIATIONS, type Transport } from "./abuse/hub-under-attack.ts";

const MOST_MEGABYTES = 512;
/** For one case, the waiting for timers of the hub included. */
const CASE_MS = 30_000;
/** Database connections and the like that come and go by themselves. */
const DESCRIPTORS_THAT_VARY = 12;

let hub: HubUnderAttack;
let descriptorsBefore: number;

beforeAll(async () => {
  hub = await HubUnderAttack.start();
  const transports: Transport[] = hasOpenssl ? ["plain", "tls"] : ["plain"];
  await Promise.all(
    transports.flatMap((transport) => Array.from({ length: 4 }, () => hub.serves(transport))),
  );
  descriptorsBefore = hub.descriptors().all;
});
afterAll(() => hub.stop());

async function survives(attack: Attack, transport: Transport): Promise<void> {
  await play(attack, hub.target(transport));
  // a flood has filled the listener: who comes is served when the hub has seen that it is gone
  await vi.waitFor(() => expect(hub.connections()).toBeLessThan(MAX_ASSOCIATIONS), 10_000);
  await hub.serves(transport);
  expect(hub.alive).toBe(true);
  expect(hub.megabytes().now).toBeLessThan(MOST_MEGABYTES);
}

const GROUPS: Readonly<Record<string, readonly Attack[]>> = {
  "before an association": OPENING,
  "association requests": REQUESTS,
  "P-DATA": P_DATA,
  commands: COMMANDS,
  connections: CONNECTIONS,
};

describe.each(["plain", "tls"] as const)("%s", (transport) => {
  const skipped = transport === "tls" && !hasOpenssl;
  // under TLS the same bytes reach the same code: some of them each day
  const of = (attacks: readonly Attack[]) =>
    transport === "plain" ? attacks : ofTheDay(attacks, Math.ceil(attacks.length / 8));
  describe.skipIf(skipped)(`peers${skipped ? NEEDS_OPENSSL : ""}`, () => {
    for (const [group, attacks] of Object.entries(GROUPS)) {
      describe(group, () => {
        test.each(of(attacks).map((attack) => [attack.name, attack] as const))(
          "%s",
          { timeout: CASE_MS },
          (_name, attack) => survives(attack, transport),
        );
      });
    }

    describe.concurrent("that keep the hub waiting", () => {
      test.each(of(SLOW).map((attack) => [attack.name, attack] as const))(
        "%s",
        { timeout: CASE_MS },
        (_name, attack) => survives(attack, transport),
      );
    });
  });
});

describe.runIf(hasOpenssl)(`handshakes${NEEDS_OPENSSL}`, () => {
  test.each(HANDSHAKES.map((attack) => [attack.name, attack] as const))(
    "%s",
    { timeout: CASE_MS },
    (_name, attack) => survives(attack, "tls"),
  );
});

describe("after all of them", () => {
  test("nothing is left: no association, no connection, no half file, no descriptor", {
    timeout: CASE_MS,
  }, async () => {
    await vi.waitFor(
      async () => {
        expect(await hub.openAssociations()).toBe(0);
        expect(hub.connections()).toBe(0);
        expect(hub.descriptors().incoming).toBe(0);
      },
      { timeout: 10_000, interval: 100 },
    );
    expect(hub.partFiles()).toEqual([]);
    expect(hub.descriptors().all).toBeLessThanOrEqual(descriptorsBefore + DESCRIPTORS_THAT_VARY);
  });

  test("the hub never used more memory than it may", () => {
    expect(hub.megabytes().highest).toBeLessThan(MOST_MEGABYTES);
  });

  test("no name has left its folder or its line of the log", () => {
    const odd = hub.names().filter((name) => !/^[\w./-]+$/.test(name) || /passwd|\.\./.test(name));
    expect(odd).toEqual([]);
    const text = hub.log().map((line) => JSON.stringify(line));
    // JSON escapes control characters, so that they cannot reach a terminal; nothing of them is there at all
    expect(text.filter((line) => /\\u00[01]|\\n|\\u007f/.test(line))).toEqual([]);
    expect(text.filter((line) => line.includes("dicom-scp.failed"))).toEqual([]);
  });

  test("the names of all senders that are kept are printable", async () => {
    const rows = await hub.query<{ calling_ae: string }>("select distinct calling_ae from instance");
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.map(({ calling_ae }) => calling_ae).filter((name) => /[^\x20-\x7e]|\\/.test(name))).toEqual(
      [],
    );
  });

  test("there were cases enough", () => {
    const cases = Object.values(GROUPS).reduce((sum, attacks) => sum + attacks.length, SLOW.length);
    expect(cases).toBeGreaterThanOrEqual(60);
  });
});
