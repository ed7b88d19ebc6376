// Addresses of downloads that hold what was searched for, sealed: a search may have a name in it, an address may not.
import type { Sealer } from "../secrets/seal.ts";
import type { LogFormat } from "./log-export.ts";
import type { LogOrder } from "./log-reader.ts";
import { LogRefusal } from "./log-refusal.ts";
import type { LogSearch } from "./log-search.ts";

export interface LogExport {
  readonly search: LogSearch;
  readonly format: LogFormat;
  readonly order: LogOrder;
}

const LASTS_MS = 120_000;
const PLACE = { table: "log-export", column: "search" };

/** Every hub of the site opens what another one gave out; nothing is kept. */
export class LogTickets {
  readonly #sealer: Sealer;

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  give(wish: LogExport, accountId: string): string {
    const content = JSON.stringify({ ...wish, until: Date.now() + LASTS_MS });
    const sealed = this.#sealer.seal(content, { ...PLACE, row: accountId });
    return Buffer.from(sealed).toString("base64url");
  }

  /** @throws LogRefusal `logs.export-over` when it is too old, or somebody else's */
  take(ticket: string, accountId: string): LogExport {
    const { until = 0, ...wish } = this.#opened(ticket, accountId);
    if (until < Date.now()) throw over();
    return wish;
  }

  #opened(ticket: string, accountId: string): LogExport & { readonly until?: number } {
    try {
      const sealed = Buffer.from(ticket, "base64url").toString();
      return JSON.parse(this.#sealer.open(sealed, { ...PLACE, row: accountId }));
    } catch {
      throw over();
    }
  }
}

const over = (): LogRefusal =>
  new LogRefusal("logs.export-over", "This download is over. Ask for it again on the Logs page.", "gone");
