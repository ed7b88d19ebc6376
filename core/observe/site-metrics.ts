// Who this hub is, room on the disk, and how the listeners are.
import type { Listener, Metrics } from "@thalamus/sdk";
import type { FreeSpace } from "../files/free-space.ts";
import { CoreMetrics } from "./core-metrics.ts";

export function readInfo(metrics: Metrics, hub: string, version: string): void {
  const runtime = `node ${process.version} ${process.platform} ${process.arch}`;
  metrics.read(CoreMetrics.info, () => [{ labels: { hub, version, runtime }, value: 1 }]);
}

export function readDisk(metrics: Metrics, space: FreeSpace): void {
  metrics.read(CoreMetrics.freeBytes, async () => [{ labels: {}, value: await space.measure() }]);
  metrics.read(CoreMetrics.keepFreeBytes, () => [{ labels: {}, value: space.account.marks.keepFree }]);
  metrics.read(CoreMetrics.warnFreeBytes, () => [{ labels: {}, value: space.account.marks.warnBelow }]);
}

/** @param listeners by the name of their plugin entry */
export function readListeners(metrics: Metrics, listeners: ReadonlyMap<string, Listener>): void {
  const healths = () => [...listeners].map(([name, listener]) => ({ name, health: listener.health?.() }));
  metrics.read(CoreMetrics.listenerHealthy, () =>
    healths().map(({ name, health }) => ({
      labels: { listener: name },
      value: health?.ok === false ? 0 : 1,
    })),
  );
  metrics.read(CoreMetrics.certificateExpires, () =>
    healths().flatMap(({ name, health }) => {
      if (health?.expiresAt === undefined) return [];
      return [{ labels: { listener: name }, value: Date.parse(health.expiresAt) / 1000 }];
    }),
  );
}
