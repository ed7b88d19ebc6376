// Slows down guessing of passwords, by account and by address, for all hubs of a database together.
import { createHmac, type KeyObject } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";

export interface AttemptRule {
  /** Attempts before the first wait. */
  readonly free: number;
  readonly firstWaitSeconds: number;
  /** No wait is longer, so that nobody is locked out for good. */
  readonly longestWaitSeconds: number;
}

export const BY_ACCOUNT: AttemptRule = { free: 5, firstWaitSeconds: 2, longestWaitSeconds: 900 };
/** Many people may come from one address. */
export const BY_ADDRESS: AttemptRule = { free: 20, firstWaitSeconds: 2, longestWaitSeconds: 900 };

/** After a day without a wrong password all is forgotten. */
const FORGET = "1 day";

export class SignInAttempts {
  readonly #orm: MikroORM;
  readonly #key: KeyObject;

  constructor(orm: MikroORM, key: KeyObject) {
    this.#orm = orm;
    this.#key = key;
  }

  /**
   * Counts an attempt before it is judged, so that many at once are no way around.
   * @param subject `account:<name>` or `address:<address>`
   * @returns seconds to wait when it may not be made; 0 when it may
   */
  async begin(subject: string, rule: AttemptRule): Promise<number> {
    const em = this.#orm.em.fork();
    const hash = this.#hashOf(subject);
    const failures = `case when a.last_at < now() - interval '${FORGET}' then 1 else a.failures + 1 end`;
    const wait = (n: string) =>
      `case when ${n} < ?::int then null
            else now() + interval '1 second' * least(?::float, ?::float * 2 ^ least(${n} - ?::int, 30)) end`;
    const { free, firstWaitSeconds: first, longestWaitSeconds: longest } = rule;
    const values = [free, longest, first, free];
    const counted = await em.execute<unknown[]>(
      `insert into sign_in_attempt as a (subject, failures, locked_until) values (?, 1, ${wait("1")})
         on conflict (subject) do update
            set failures = ${failures}, last_at = now(), locked_until = ${wait(`(${failures})`)}
          where a.locked_until is null or a.locked_until <= now()
         returning subject`,
      [hash, ...values, ...values],
    );
    if (counted.length > 0) return 0;
    const [row] = await em.execute<{ seconds: number }[]>(
      "select ceil(extract(epoch from locked_until - now()))::int as seconds from sign_in_attempt where subject = ?",
      [hash],
    );
    return Math.max(1, row?.seconds ?? 1);
  }

  /**
   * @param subject `acs:<address>`
   * @returns false for one request too many in the time
   */
  async withinRate(subject: string, most: number, seconds: number): Promise<boolean> {
    const over = "a.since < now() - interval '1 second' * ?::int";
    const [row] = await this.#orm.em.fork().execute<{ failures: number }[]>(
      `insert into sign_in_attempt as a (subject, failures) values (?, 1)
         on conflict (subject) do update
            set failures = case when ${over} then 1 else a.failures + 1 end,
                since = case when ${over} then now() else a.since end, last_at = now()
         returning failures`,
      [this.#hashOf(subject), seconds, seconds],
    );
    return (row?.failures ?? 0) <= most;
  }

  async succeeded(subject: string): Promise<void> {
    await this.#orm.em
      .fork()
      .execute("delete from sign_in_attempt where subject = ?", [this.#hashOf(subject)]);
  }

  /** Takes one attempt back: who knows one password must not clear the way for guessing others. */
  async takeBack(subject: string): Promise<void> {
    await this.#orm.em
      .fork()
      .execute(
        "update sign_in_attempt set failures = greatest(failures - 1, 0), locked_until = null where subject = ?",
        [this.#hashOf(subject)],
      );
  }

  #hashOf(subject: string): string {
    return createHmac("sha256", this.#key).update(subject).digest("hex");
  }
}
