// Questions to identity providers that wait for their answer, in the database, so that any hub may take it, and once.
import { createHash } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { SsoRequest, type SsoRequestRow, UsedAssertion } from "../../database/entities/sign-in.ts";
import type { Sealer } from "../../secrets/seal.ts";

/** How long somebody may take to sign in at the identity provider. */
export const ANSWER_WITHIN_MS = 15 * 60_000;

export interface OpenQuestion {
  readonly id: string;
  readonly kind: SsoRequestRow["kind"];
  /** Hash of the cookie of the browser that asked. */
  readonly browser: string;
  readonly content: object;
  readonly withinMs?: number;
}

/** A question whose answer has come. */
export interface AskedQuestion<T extends object> {
  readonly browser: string;
  readonly content: T;
}

export class SsoRequests {
  readonly #orm: MikroORM;
  readonly #sealer: Sealer;

  constructor(orm: MikroORM, sealer: Sealer) {
    this.#orm = orm;
    this.#sealer = sealer;
  }

  async ask({ id, kind, browser, content, withinMs = ANSWER_WITHIN_MS }: OpenQuestion): Promise<void> {
    const em = this.#orm.em.fork();
    const now = new Date();
    await em.nativeDelete(SsoRequest, { expiresAt: { $lt: now } });
    const sealed = this.#sealer.seal(JSON.stringify(content), placeOf(id));
    const expiresAt = new Date(now.getTime() + withinMs);
    await em.insert(SsoRequest, { id, kind, browser, sealed, expiresAt });
  }

  /** Whatever becomes of the answer, the question is gone. */
  async take<T extends object>(
    id: string,
    kind: SsoRequestRow["kind"],
  ): Promise<AskedQuestion<T> | undefined> {
    const rows = await this.#orm.em
      .fork()
      .execute<{ browser: string; sealed: string }[]>(
        "delete from sso_request where id = ? and kind = ? and expires_at > now() returning browser, sealed",
        [id, kind],
      );
    const [row] = rows;
    if (!row) return undefined;
    return { browser: row.browser, content: JSON.parse(this.#sealer.open(row.sealed, placeOf(id))) as T };
  }

  /** @returns false for an assertion that let somebody in before */
  async useOnce(issuer: string, assertionId: string, until: Date): Promise<boolean> {
    const em = this.#orm.em.fork();
    await em.nativeDelete(UsedAssertion, { expiresAt: { $lt: new Date() } });
    const hash = createHash("sha256")
      .update(JSON.stringify([issuer, assertionId]))
      .digest("hex");
    const rows = await em.execute<unknown[]>(
      "insert into used_assertion (hash, expires_at) values (?, ?) on conflict do nothing returning hash",
      [hash, until],
    );
    return rows.length > 0;
  }
}

const placeOf = (row: string) => ({ table: "sso_request", row, column: "sealed" });
