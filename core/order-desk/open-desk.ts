// Puts the order desk together; it begins to work when a plugin needs it.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Http, OrderDesk } from "@thalamus/sdk";
import type { HubKeys } from "../secrets/site-keys.ts";
import { OWN_PURPOSE } from "../secrets/site-keys.ts";
import { readDesk } from "./desk-metrics.ts";
import type { DeskParts } from "./desk-parts.ts";
import { openOrderDesk } from "./order-desk.ts";
import { OrderQueue } from "./order-queue.ts";
import { LocalPartStore } from "./stores/local-part-store.ts";
import { PartStores } from "./stores/part-stores.ts";
import { openS3 } from "./stores/s3/open-s3.ts";
import { S3PartStore } from "./stores/s3/s3-part-store.ts";

export interface DeskSource extends Omit<DeskParts, "stores" | "addressKey" | "wake"> {
  readonly keys: HubKeys;
  readonly http: Http;
  /** Paths in the settings are relative to it. */
  readonly configFile: string;
}

export interface OpenDesk {
  readonly desk: OrderDesk;
  /** There is something to do now. */
  readonly wake: () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Addresses of parts are good for so long. */
const ADDRESS_SECONDS = 3600;

export function openDesk({ keys, http, configFile, ...source }: DeskSource): OpenDesk {
  const { orm, trees, space, settings, metrics } = source;
  const addressKey = keys.hmacKey(`${OWN_PURPOSE}cloud-part`);
  const folder = join(trees.uploads, "cloud");
  const local = new LocalPartStore({
    ...{ orm, folder, space: space.account, addressKey, addressSeconds: ADDRESS_SECONDS },
  });
  const { kind, s3 } = settings.storage;
  const objects =
    s3 &&
    new S3PartStore({
      ...{ orm, folder, space, prefix: s3.prefix, addressSeconds: ADDRESS_SECONDS },
      client: openS3(http, s3, configFile),
    });
  const stores = new PartStores(kind, { local, ...(objects ? { s3: objects } : {}) });
  // monitoring sees the zeros of a hub that serves no cloud, too
  readDesk(metrics, orm);
  let queue: OrderQueue | undefined;
  const wake = () => queue?.look();
  const parts = { ...source, stores, addressKey, wake, local };
  return {
    desk: openOrderDesk(parts),
    wake,
    start: async () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      await local.sweep();
      queue = new OrderQueue(parts);
      queue.start();
    },
    stop: async () => queue?.stop(),
  };
}
