// Contract suite of kind "watch": what everything that tells people what happened does alike.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Transient } from "../../errors.ts";
import type { Needs } from "../../kinds/declaration.ts";
import type { WatchPlugin } from "../../kinds/watch.ts";
import { NOTICE_EVENTS, type Notice, type NoticeEvent } from "../../notices.ts";
import type { SettingsSchema, Static } from "../../settings.ts";
import { type CanaryStudy, canaryStudy } from "./contract-step.ts";
import { declarationContract } from "./declaration-contract.ts";
import type { Destination } from "./destination.ts";
import { type Bench, type Fixtures, type OpenBench, openBench } from "./plugin-bench.ts";

export interface WatchBench extends Bench {
  readonly destination: Destination;
}

/** Call it at the top of the plugin's test. */
export function watchContract<S extends SettingsSchema, N extends Needs>(
  plugin: WatchPlugin<S, N>,
  { folder, open }: Fixtures<WatchBench>,
): void {
  describe(`${plugin.name} as a plugin of kind ${plugin.kind}`, () => {
    let bench: OpenBench<WatchBench, S, N>;
    let own: CanaryStudy;
    const { signal } = new AbortController();
    beforeAll(async () => {
      const fixtures = async (scratch: string) => {
        const given = await open(scratch);
        return { ...given, services: [...(given.services ?? []), ...given.destination.services] };
      };
      bench = await openBench(plugin, fixtures);
      own = await canaryStudy(bench.scratch);
    });
    beforeEach(() => {
      bench.given.destination.answers = "well";
    });
    afterAll(() => bench.close());

    const notice = (event: NoticeEvent): Notice => {
      const { id, revision, identity } = own.study;
      return { id: randomUUID(), event, at: new Date(), detail: {}, study: { id, revision, identity } };
    };

    declarationContract(plugin, folder, () => bench.given.settings ?? {});

    test("it wants only events that there are", () => {
      const { events } = plugin.watching(bench.scope.settings as Static<S>);
      expect(events.length).toBeGreaterThan(0);
      for (const event of events) expect(NOTICE_EVENTS).toHaveProperty([event]);
    });

    test("it tells every event, alone and with others, and a repeat brings the same thing", async () => {
      const events = Object.keys(NOTICE_EVENTS) as NoticeEvent[];
      const id = randomUUID();
      for (const event of events) await plugin.tell([notice(event)], randomUUID(), bench.scope, signal);
      await plugin.tell(events.map(notice), id, bench.scope, signal);
      await plugin.tell(events.map(notice), id, bench.scope, signal);
      const arrived = await bench.given.destination.arrived();
      expect(arrived).toHaveLength(events.length + 2);
      expect(arrived.at(-1)).toBe(arrived.at(-2));
    });

    test("nothing in its answer or the log tells who the patient is", async () => {
      const receipt = await plugin.tell([notice("study.received")], randomUUID(), bench.scope, signal);
      const shown = `${JSON.stringify(receipt)} ${bench.log.text()}`;
      for (const canary of own.canaries) expect(shown).not.toContain(canary);
    });

    test("a destination that is away is tried again; the test button says so, and tells nobody", async () => {
      const before = (await bench.given.destination.arrived()).length;
      expect(await plugin.probe(bench.scope, signal)).toMatchObject({ ok: true });
      bench.given.destination.answers = "away";
      const telling = plugin.tell([notice("study.received")], randomUUID(), bench.scope, signal);
      await expect(telling).rejects.toBeInstanceOf(Transient);
      expect(await plugin.probe(bench.scope, signal)).toMatchObject({ ok: false });
      expect(await bench.given.destination.arrived()).toHaveLength(before);
    });

    test("a destination that never answers does not hold a hub that stops", async () => {
      bench.given.destination.answers = "never";
      const abort = new AbortController();
      const telling = plugin.tell([notice("study.received")], randomUUID(), bench.scope, abort.signal);
      setTimeout(() => abort.abort(new Error("the hub is stopping")), 100).unref();
      await expect(telling).rejects.toThrow("the hub is stopping");
    });
  });
}
