// Contract suite of kind "intake": what every listener does alike.
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Needs, Scope } from "../../kinds/declaration.ts";
import type { IntakePlugin, Listener } from "../../kinds/intake.ts";
import type { SettingsSchema } from "../../settings.ts";
import { declarationContract } from "./declaration-contract.ts";
import { type Bench, type Fixtures, type OpenBench, openBench } from "./plugin-bench.ts";

export interface IntakeBench extends Bench {
  /** Name of the setting that is the port. */
  readonly portSetting: string;
  /** Sends one object to the listener, and tells the values in it that must not be in the log. */
  readonly send: (address: Listener["address"]) => Promise<readonly string[]>;
}

/** Time to close connections politely. */
const STOPPED_MS = 10_000;

/** Call it at the top of the plugin's test. */
export function intakeContract<S extends SettingsSchema, N extends Needs>(
  plugin: IntakePlugin<S, N>,
  fixtures: Fixtures<IntakeBench>,
): void {
  describe(`${plugin.name} as a plugin of kind ${plugin.kind}`, () => {
    let bench: OpenBench<IntakeBench, S, N>;
    beforeAll(async () => {
      bench = await openBench(plugin, fixtures.open);
    });
    afterAll(() => bench.close());

    const startAt = (port: number): Promise<Listener> => {
      const settings = { ...bench.scope.settings, [bench.given.portSetting]: port };
      const needs = Object.keys(plugin.needs).map((name) => [name, bench.scope[name as keyof N]]);
      return plugin.start({ ...Object.fromEntries(needs), settings } as Scope<S, N>);
    };

    declarationContract(plugin, fixtures.folder, () => bench.given.settings ?? {});

    test("port 0 lets the system choose, and the listener tells its real address", async () => {
      const listener = await startAt(0);
      expect(listener.address.host).not.toBe("");
      expect(listener.address.port).toBeGreaterThan(0);
      await listener.stop();
    });

    test("stopping frees the port at once, may be asked for twice, and the listener can be started there again", async () => {
      const first = await startAt(0);
      const { port } = first.address;
      await Promise.all([first.stop(), first.stop()]);
      const server = createServer().listen(port, "127.0.0.1");
      await once(server, "listening");
      server.close();
      await once(server, "close");
      const second = await startAt(port);
      expect(second.address.port).toBe(port);
      await second.stop();
    });

    test("a port that is taken is told as an error, and does no harm to the listener that has it", async () => {
      const listener = await startAt(0);
      await expect(startAt(listener.address.port)).rejects.toThrow(String(listener.address.port));
      await bench.given.send(listener.address);
      await listener.stop();
    });

    test("stopping ends a connection that says nothing", { timeout: STOPPED_MS }, async () => {
      const listener = await startAt(0);
      const socket = connect({ port: listener.address.port, host: "127.0.0.1" }).on("error", () => {});
      await once(socket, "connect");
      const closed = once(socket.resume(), "close");
      await listener.stop();
      await closed;
    });

    test("the log tells nothing of what is in a received object", async () => {
      const listener = await startAt(0);
      const canaries = await bench.given.send(listener.address);
      await listener.stop();
      expect(canaries).not.toEqual([]);
      for (const canary of canaries) expect(bench.log.text()).not.toContain(canary);
    });
  });
}
