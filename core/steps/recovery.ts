// Looks after hubs that died: their steps, their open associations and what they had not received whole.
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { HubPresence } from "../database/hub-presence.ts";
import { removeOrphan } from "../deidentified/keep-copy.ts";
import type { FileTrees } from "../files/file-trees.ts";
import type { HubLog } from "../observe/log.ts";
import { releaseOrders } from "../order-desk/release-orders.ts";
import { removeResultOrphan } from "../studies/keep-result.ts";
import { adoptUploads } from "../uploads/adopt-uploads.ts";
import type { Ledger } from "./ledger.ts";
import { workspaceOf } from "./step-view.ts";

export interface RecoveryParts {
  readonly orm: MikroORM;
  readonly presence: HubPresence;
  readonly ledger: Ledger;
  readonly trees: FileTrees;
  readonly log: HubLog;
}

/** Puts instances on record whose file was complete when their hub died, or when it lost its database. */
export interface RollsForward {
  /** @returns false when it has to be called again later */
  of(hubId: string, dead: ReadonlySet<string>): Promise<boolean>;
  own(): Promise<void>;
}

/** Takes back rows that a dead hub had committed before their file was on the disk, if the file is not there. */
export interface WithdrawsRows {
  of(hubId: string, isDead: () => Promise<boolean>): Promise<number>;
}

const LOOK_MS = 2000;
/** A hub that lives takes its lock again sooner than this. */
const BACK_BY_NOW_MS = 3000;
/** A ready step that nobody looked at for this long gets a new job. */
const FORGOTTEN_SECONDS = 60;
const HUB_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class Recovery {
  readonly #parts: RecoveryParts;
  #rollForward: RollsForward | undefined;
  #unflushed: WithdrawsRows | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #reminded = Date.now();

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  /** Recovers what the last run left, then keeps looking. */
  async start(rollForward?: RollsForward, unflushed?: WithdrawsRows): Promise<void> {
    this.#rollForward = rollForward;
    this.#unflushed = unflushed;
    await this.look();
    // a database that was restored without its queue has steps that nobody would look at
    await this.#parts.ledger.remind(0);
    this.#next();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#looking;
  }

  async look(): Promise<void> {
    const { orm, presence, ledger, trees, log } = this.#parts;
    await this.#lookAfterOwn();
    const dead = await presence.deadAmong(await this.#hubsWithWork());
    if (dead.length > 0) {
      log.warn("hub.found-dead", { hubs: dead });
      const claims = await ledger.recover(dead);
      // what a dead hub wrote for a step may hold a patient's name; who tries again has begun by now, elsewhere
      for (const claim of claims) {
        await rm(workspaceOf(trees, claim), { recursive: true, force: true });
        await removeOrphan(orm, trees, claim);
        await removeResultOrphan(orm, trees.results, claim);
      }
      for (const hub of dead) await this.#bury(hub, new Set(dead));
      // jobs that it had fetched and not used would be given out again only after their time
      await ledger.remind(0);
    }
    if (Date.now() - this.#reminded > FORGOTTEN_SECONDS * 1000) {
      this.#reminded = Date.now();
      await ledger.remind(FORGOTTEN_SECONDS);
    }
  }

  #next(): void {
    this.#timer = setTimeout(() => {
      this.#looking = this.look()
        .catch((error) => this.#parts.log.warn("recovery.failed", { error: (error as Error).name }))
        .then(() => {
          if (this.#timer) this.#next();
        });
    }, LOOK_MS);
  }

  /** While this hub was away from the database others may have taken it for dead and cleaned up after it. */
  async #lookAfterOwn(): Promise<void> {
    const { orm, presence } = this.#parts;
    // first, since it fails while the database is away: there may be many files then, and nobody to take them
    const back = "update hub_process set ended_at = null where id = ? and ended_at is not null";
    await orm.em.fork().execute(back, [presence.id]);
    await this.#rollForward?.own();
  }

  async #hubsWithWork(): Promise<string[]> {
    const rows = await this.#parts.orm.em.fork().execute<{ id: string }[]>(
      `select hub_id as id from step where state in ('claimed', 'acting') and hub_id is not null
       union select hub_id from open_association
       union select hub_id from upload where state = 'unpacking' and hub_id is not null
       union select hub_id from cloud_order where hub_id is not null
       union select id from hub_process where ended_at is null`,
    );
    // a hub that stopped in good order may have left files, too
    const folders = await readdir(this.#parts.trees.incoming);
    return [...new Set([...rows.map(({ id }) => id), ...folders.filter((name) => HUB_ID.test(name))])];
  }

  /** A hub that only lost its connection is back by now, and what it is flushing must not be taken away. */
  async #isStillDead(hub: string): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, BACK_BY_NOW_MS));
    return (await this.#parts.presence.deadAmong([hub])).length > 0;
  }

  /** Its sockets are gone, so its associations have ended; its half-received files belong to nobody. */
  async #bury(hub: string, dead: ReadonlySet<string>): Promise<void> {
    const { orm, trees, presence } = this.#parts;
    // before its associations end: until then no study of theirs can become stable without these
    if ((await this.#rollForward?.of(hub, dead)) === false) return;
    await this.#unflushed?.of(hub, () => this.#isStillDead(hub));
    await orm.em.fork().transactional(async (em) => {
      await adoptUploads(em, hub, presence.id);
      await releaseOrders(em, hub);
      await em.execute(
        `with ended as (delete from open_association where hub_id = ? returning study_id)
         update study set quiet_since = now() from ended where study.id = ended.study_id`,
        [hub],
      );
      await em.execute("update hub_process set ended_at = now() where id = ?", [hub]);
    });
    await rm(join(trees.incoming, hub), { recursive: true, force: true });
  }
}
