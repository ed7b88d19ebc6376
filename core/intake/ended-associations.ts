// Ends associations in the database, and does not forget one because the database is away just then.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { HubLog } from "../observe/log.ts";

/** An association that could not be ended is tried again after this. */
const AGAIN_MS = 500;

/** A study cannot become stable while an association of it is open, so an end that got lost would hold it for ever. */
export class EndedAssociations {
  readonly #orm: MikroORM;
  readonly #log: HubLog;
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(orm: MikroORM, log: HubLog) {
    this.#orm = orm;
    this.#log = log;
  }

  /** The quiet time of the association's studies starts now, or as soon as the database is back. */
  async end(associationId: string): Promise<void> {
    try {
      await this.#write([associationId]);
    } catch (error) {
      this.#log.warn("intake.association-end-waits", { error: (error as Error).name });
      this.#waiting.add(associationId);
      this.#later();
    }
  }

  /** Stops trying: whoever finds this hub dead ends what is left. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #later(): void {
    if (this.#timer !== undefined || this.#waiting.size === 0) return;
    this.#timer = setTimeout(() => void this.#again(), AGAIN_MS);
    this.#timer.unref();
  }

  async #again(): Promise<void> {
    const ended = [...this.#waiting];
    try {
      await this.#write(ended);
      for (const id of ended) this.#waiting.delete(id);
    } catch {
      // still away
    }
    this.#timer = undefined;
    this.#later();
  }

  async #write(associationIds: readonly string[]): Promise<void> {
    await this.#orm.em.fork().transactional(async (em) => {
      await em.execute(
        `with ended as (delete from open_association where association_id = any(?::uuid[]) returning study_id)
         update study set quiet_since = now() from ended where study.id = ended.study_id`,
        [`{${associationIds.join(",")}}`],
      );
    });
  }
}
