// Sessions: a random token in an HttpOnly cookie, its hash in the database, so that every hub knows it.
import { createHash, randomBytes } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { Request, Response } from "express";
import { type AccountRow, Session } from "../database/entities/account.ts";
import type { Visitor } from "./visitor.ts";

export const COOKIE = "thalamus_session";
const IDLE_MS = 8 * 3600_000;
/** The last-seen time is written at most this often. */
const TOUCH_MS = 60_000;

export class Sessions {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  async begin(account: AccountRow, request: Request, response: Response): Promise<void> {
    const token = randomBytes(32).toString("base64url");
    const em = this.#orm.em.fork();
    await em.nativeDelete(Session, { lastSeenAt: { $lt: new Date(Date.now() - IDLE_MS) } });
    await em.insert(Session, { tokenHash: hashOf(token), account: account.id });
    response.cookie(COOKIE, token, { httpOnly: true, sameSite: "strict", secure: request.secure, path: "/" });
  }

  /** Who holds the request's cookie; a session that was idle for 8 hours has ended. */
  async recognize(request: Request): Promise<Visitor | undefined> {
    const token = cookieOf(request);
    if (token === undefined) return undefined;
    const em = this.#orm.em.fork();
    const session = await em.findOne(Session, { tokenHash: hashOf(token) }, { populate: ["account"] });
    if (!session) return undefined;
    const idle = Date.now() - session.lastSeenAt.getTime();
    if (idle > IDLE_MS) {
      await em.nativeDelete(Session, { tokenHash: session.tokenHash });
      return undefined;
    }
    if (idle > TOUCH_MS)
      await em.nativeUpdate(Session, { tokenHash: session.tokenHash }, { lastSeenAt: new Date() });
    const { id, name, role } = session.account;
    return { accountId: id, name, role, session: session.tokenHash };
  }

  async end(visitor: Visitor, response: Response): Promise<void> {
    await this.#orm.em.fork().nativeDelete(Session, { tokenHash: visitor.session });
    response.clearCookie(COOKIE, { path: "/" });
  }
}

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

function cookieOf({ headers }: Request): string | undefined {
  for (const part of (headers.cookie ?? "").split(";")) {
    const [name, value] = part.trim().split("=");
    if (name === COOKIE && value) return value;
  }
  return undefined;
}
