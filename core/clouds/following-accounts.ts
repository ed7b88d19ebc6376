// a local account whose password is that of a cloud's service account, and follows it when it was changed there.
import type { MikroORM } from "@mikro-orm/postgresql";
import { Transient } from "@thalamus/sdk";
import { hashPassword } from "../access/password.ts";
import { Account } from "../database/entities/account.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";
import type { CloudEntry } from "./cloud-entries.ts";

export interface FollowingParts {
  readonly orm: MikroORM;
  readonly entries: () => readonly CloudEntry[];
  readonly log: HubLog;
}

/** Somebody waits at the sign-in page. */
const LONGEST_ASKING_MS = 15_000;
/** Shorter ones are no passwords of this hub (see accounts.ts). */
const SHORTEST = 12;

export class FollowingAccounts {
  readonly #parts: FollowingParts;

  constructor(parts: FollowingParts) {
    this.#parts = parts;
  }

  /**
   * Asks the cloud about a password that the hub does not know. One that it takes becomes the password of the account and
   * the stored credential of the plugin.
   * @returns whether the account has this password now
   */
  async follow(accountName: string, password: string): Promise<boolean> {
    const { orm, log } = this.#parts;
    const entry = this.#parts
      .entries()
      .find(({ plugin, settings }) => plugin.followingAccount?.account(settings) === accountName);
    if (!entry || password.length < SHORTEST) return false;
    const em = orm.em.fork();
    if ((await em.count(Account, { name: accountName })) === 0) return false;
    const signal = AbortSignal.timeout(LONGEST_ASKING_MS);
    try {
      if (!(await entry.plugin.followingAccount?.follow(password, entry.scope, signal))) return false;
    } catch (error) {
      // a cloud that is away lets nobody in, and keeps nobody out who knows the old password
      const code = error instanceof Transient ? error.code : "plugin.bug";
      log.warn("account.not-followed", { target: entry.name, code });
      return false;
    }
    const passwordHash = await hashPassword(password);
    await em.transactional(async (own) => {
      await own.nativeUpdate(Account, { name: accountName }, { passwordHash, passwordChangedAt: new Date() });
      const detail = { account: accountName, target: entry.name };
      await journal(own, { event: "account.password-followed", detail });
    });
    return true;
  }
}
