// Sessions: a signed random token in an HttpOnly cookie, its hash in the database, so that every hub knows it.
import { createHash, createHmac, type KeyObject, randomBytes, timingSafeEqual } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { Request, Response } from "express";
import { type AccountRow, Session, type SessionDoor, type SessionRow } from "../database/entities/account.ts";
import { permissionsOf } from "./account-permissions.ts";
import { endIdleSessions } from "./session-ends.ts";
import type { Visitor } from "./visitor.ts";

export const COOKIE = "thalamus_session";
/** The last-seen time is written at most this often. */
const TOUCH_MS = 60_000;

export interface SessionParts {
  readonly orm: MikroORM;
  /** Signs cookies (HMAC-SHA256, A-291), so that what nobody was given costs no look into the database. */
  readonly key: KeyObject;
  /** A-293 Of the settings of single sign-on as they are now; a session with another print has ended. */
  readonly settingsPrint: (door: SessionDoor) => string | undefined;
  /** A-299 A session ends when it was not used for so long. */
  readonly idleMs: () => number;
}

/** How somebody came in. */
export interface Entry {
  readonly door: SessionDoor;
  readonly nameId?: string | undefined;
  readonly nameIdFormat?: string | undefined;
  readonly sessionIndex?: string | undefined;
  /** Sealed. */
  readonly idToken?: string | undefined;
}

export class Sessions {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** @returns id of the session */
  async begin(account: AccountRow, entry: Entry, request: Request, response: Response): Promise<string> {
    const { orm, settingsPrint, idleMs } = this.#parts;
    const token = randomBytes(32).toString("base64url");
    const em = orm.em.fork();
    await endIdleSessions(em, idleMs());
    const id = crypto.randomUUID();
    await em.insert(Session, {
      ...entry,
      id,
      tokenHash: hashOf(token),
      account: account.id,
      settingsPrint: settingsPrint(entry.door) ?? null,
      remoteAddress: addressOf(request),
      device: deviceOf(request),
    });
    const cookie = `${token}.${this.#signatureOf(token)}`;
    response.cookie(COOKIE, cookie, {
      httpOnly: true,
      sameSite: "strict",
      secure: request.secure,
      path: "/",
    });
    return id;
  }

  /** Who holds the request's cookie; a session that was idle for too long has ended. */
  async recognize(request: Request): Promise<Visitor | undefined> {
    const session = await this.find(request);
    if (!session) return undefined;
    const em = this.#parts.orm.em.fork();
    const idle = Date.now() - session.lastSeenAt.getTime();
    const { id, name, role, disabledAt } = session.account;
    const print = this.#parts.settingsPrint(session.door) ?? null;
    const isIdle = idle > this.#parts.idleMs();
    if (isIdle) await endIdleSessions(em, this.#parts.idleMs(), session.id);
    if (isIdle || disabledAt || session.settingsPrint !== print) {
      await em.nativeDelete(Session, { id: session.id });
      return undefined;
    }
    if (idle > TOUCH_MS) await em.nativeUpdate(Session, { id: session.id }, { lastSeenAt: new Date() });
    return { accountId: id, name, role, permissions: await permissionsOf(em, role), session: session.id };
  }

  /** The session of a request's cookie, whether it still counts or not. */
  async find(request: Request): Promise<SessionRow | undefined> {
    const token = this.#tokenOf(cookieOf(request, COOKIE));
    if (token === undefined) return undefined;
    const em = this.#parts.orm.em.fork();
    return (await em.findOne(Session, { tokenHash: hashOf(token) }, { populate: ["account"] })) ?? undefined;
  }

  async end(id: string, response: Response): Promise<void> {
    await this.#parts.orm.em.fork().nativeDelete(Session, { id });
    response.clearCookie(COOKIE, { path: "/" });
  }

  #signatureOf(token: string): string {
    return createHmac("sha256", this.#parts.key).update(token).digest("base64url");
  }

  /** Undefined for a cookie that this site did not sign. */
  #tokenOf(cookie = ""): string | undefined {
    const [token = "", signature = ""] = cookie.split(".");
    const wanted = Buffer.from(this.#signatureOf(token));
    const shown = Buffer.from(signature);
    return shown.length === wanted.length && timingSafeEqual(shown, wanted) ? token : undefined;
  }
}

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

/** Through proxies only as far as `http.trustedProxies` says. */
export const addressOf = (request: Request): string => (request.ip ?? "").slice(0, 64);

export const deviceOf = ({ headers }: Request): string =>
  (headers["user-agent"] ?? "").replaceAll(/\p{Cc}/gu, " ").slice(0, 200);

export function cookieOf({ headers }: Request, wanted: string): string | undefined {
  for (const part of (headers.cookie ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === wanted) return part.slice(at + 1).trim() || undefined;
  }
  return undefined;
}
