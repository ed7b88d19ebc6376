// Puts together everything that takes instances in, from the first byte to the stable study.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { Closing } from "../closing.ts";
import type { HubConfig } from "../config/hub-config.ts";
import { type FileTrees, incomingFolder } from "../files/file-trees.ts";
import type { SpaceAccount } from "../files/space-account.ts";
import type { HubLog } from "../observe/log.ts";
import type { HubMetrics } from "../observe/metrics.ts";
import type { Route } from "../steps/route.ts";
import { EndedAssociations } from "./ended-associations.ts";
import { FlushHorizon } from "./flush-horizon.ts";
import { FolderMarks } from "./folder-marks.ts";
import { DurableIntake } from "./intake.ts";
import { ProductTag } from "./product-tag.ts";
import { QuickArrivals } from "./quick-arrivals.ts";
import { ArrivalRecorder } from "./record-arrivals.ts";
import { RollForward } from "./roll-forward.ts";
import { Stability } from "./stability.ts";
import { StudyGrowth } from "./study-growth.ts";
import { StudyProducts } from "./study-products.ts";
import { UnflushedRows } from "./unflushed-rows.ts";

export interface IntakeSource {
  readonly orm: MikroORM;
  readonly databaseUrl: string;
  readonly hubId: string;
  readonly trees: FileTrees;
  readonly space: SpaceAccount;
  readonly route: Route;
  readonly settings: HubConfig["intake"];
  /** Asked again for each object: settings change while the hub runs. */
  readonly productTag: () => HubConfig["route"]["productTag"];
  /** Names of all products that can be chosen. */
  readonly products: () => Iterable<string>;
  readonly log: HubLog;
  readonly metrics: HubMetrics;
}

export interface OpenIntake {
  readonly intake: DurableIntake;
  readonly marks: FolderMarks;
  /** For recovery: what a hub had received when it died. */
  readonly rollForward: RollForward;
  readonly unflushed: UnflushedRows;
  readonly stability: Stability;
}

/** The caller starts `stability` when the steps it opens can be worked on. */
export function openIntake(source: IntakeSource, closing: Closing): OpenIntake {
  const { orm, databaseUrl, hubId, trees, space, route, settings, log, metrics } = source;
  const { flush: durable } = settings;
  if (!durable) log.warn("intake.flush-off", { risk: "a power cut loses objects that were acknowledged" });
  const products = new StudyProducts(log);
  const quick = new QuickArrivals({ databaseUrl, hubId, durable, products, log });
  closing.add(() => quick.close());
  const growth = new StudyGrowth(orm, log);
  const horizon = new FlushHorizon(async (row) => {
    await orm.em.fork().execute("update hub_process set flushed_row = ? where id = ?", [row, hubId]);
  });
  const marks = new FolderMarks(incomingFolder(trees, hubId));
  const recorder = new ArrivalRecorder({
    ...{ orm, route, hubId, quick, products, growth, horizon },
    get lateInstances() {
      return settings.lateInstances;
    },
  });
  const ended = new EndedAssociations(orm, log);
  closing.add(async () => ended.stop());
  const unflushed = new UnflushedRows({ orm, trees, log });
  const productTag = newestProductTag(source);
  const intake = new DurableIntake({
    ...{ hubId, trees, space, durable, recorder, ended, growth, marks, horizon, unflushed },
    metrics,
    get productTag() {
      return productTag();
    },
  });
  closing.add(() => intake.drain());
  const rollForward = new RollForward({
    ...{ hubId, orm, trees, marks, horizon, log },
    get productTag() {
      return productTag();
    },
    commit: intake.commit,
    endAssociation: (id) => ended.end(id),
  });
  const stability = new Stability({
    ...{ orm, route, log, metrics },
    get stableAfterSeconds() {
      return settings.stableAfterSeconds;
    },
  });
  return { intake, marks, rollForward, unflushed, stability };
}

/** Made anew when the settings are other ones. */
function newestProductTag({ productTag, products }: IntakeSource): () => ProductTag | undefined {
  let made: { readonly of: unknown; readonly tag: ProductTag } | undefined;
  return () => {
    const now = productTag();
    if (!now) return undefined;
    if (made?.of !== now) made = { of: now, tag: new ProductTag(now, products()) };
    return made.tag;
  };
}
