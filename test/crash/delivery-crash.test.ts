// kill -9 at each stage of each delivery: nothing is lost, every repeat has the same key, and doubts go to a person.

import { afterAll, beforeAll, expect, test } from "vitest";
import { seededRandom } from "../../sdk/testing/seeded-random.ts";
import { ofTheDay } from "../support/of-the-day.ts";
import { DESTINATIONS, WATCHER } from "./kit/counterparts.ts";
import { DeliverySite, STAGES, type Stage } from "./kit/delivery-site.ts";

let site: DeliverySite;
beforeAll(async () => {
  site = await DeliverySite.open();
});
afterAll(() => site[Symbol.asyncDispose]());

const WORDS: Readonly<Record<Stage, string>> = {
  before: "before the first byte of its deliveries has left",
  connected: "when its lines stand and nothing was said",
  sending: "while it sends",
  sent: "after the last byte and before the answers",
  answered: "after the answers and before they are written down",
};
/** Deliveries of a small report take about so long. */
const LATEST_MS = 150;
const ROUNDS = ofTheDay([1, 2], 1).length;
/** Mail cannot be repeated safely, so from its first byte on a person is asked. */
const ASKING: readonly Stage[] = ["sending", "sent", "answered"];

test.for(ofTheDay(STAGES, 2).map((stage) => [WORDS[stage], stage] as const))(
  "A-186 A-187 a hub that is killed %s loses no delivery and doubles none",
  async ([, stage]) => {
    const { study, asked, keys, steps } = await site.round(stage);
    expect(asked).toEqual(ASKING.includes(stage) ? ["mail"] : []);
    for (const name of [...DESTINATIONS, WATCHER] as const) {
      expect(keys.get(name)!.length, `${name} has it`).toBeGreaterThan(0);
      expect(new Set(keys.get(name)), `${name} knows a repeat by its key`).toHaveLength(1);
      expect(keys.get(name)![0]).toMatch(/\S/);
    }
    expect(keys.get("rest")![0], "the key of a request is its step").toBe(steps.get("rest"));
    const wasThere = stage === "sent" || stage === "answered";
    for (const name of ["pacs-pdf", "pacs-sr", "rest", "hl7"] as const)
      expect(keys.get(name), `${name} got it as often as it was begun`).toHaveLength(wasThere ? 2 : 1);
    expect(keys.get("mail"), "a person saw that it was there, or had it sent").toHaveLength(1);
    const receipts = await site.receipts(study);
    const delivered = receipts.filter(({ outcome }) => outcome === "delivered").map(({ target }) => target);
    expect(delivered.toSorted()).toEqual([...DESTINATIONS].toSorted());
  },
);

test("A-186 a hub that is killed at any moment of its deliveries loses none", async () => {
  const random = seededRandom(7399);
  for (let round = 0; round < ROUNDS; round += 1) {
    const { asked, keys } = await site.killLater(random.uniform() * LATEST_MS);
    expect(["", "mail"]).toContain(asked.join());
    for (const name of [...DESTINATIONS, WATCHER] as const)
      expect(new Set(keys.get(name)), `${name} has it, under one key`).toHaveLength(1);
  }
});
