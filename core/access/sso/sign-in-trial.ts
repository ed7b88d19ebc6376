// Tries settings of single sign-on that nobody has saved: the whole way through the identity provider, and nobody is
// signed in at its end.
import { createHash, randomBytes } from "node:crypto";
import type { AccessSettings } from "../../config/access-settings.ts";
import type { Access } from "../open-access.ts";
import type { Sso } from "./open-sso.ts";
import type { Journey, Vouched } from "./saml/service-provider.ts";
import { SsoRefusal } from "./sso-refusal.ts";
import type { AskedQuestion } from "./sso-requests.ts";

/** What would have happened. */
export interface TrialResult {
  readonly ok: boolean;
  /** Why the answer was refused, or the provider not asked; hyphenated. */
  readonly reason?: string;
  /** More of it, in words of whoever failed. */
  readonly words?: string;
  readonly name?: string;
  readonly nameId?: string;
  readonly groups?: readonly string[];
  /** Undefined: no role, so no way in. */
  readonly role?: string | undefined;
  readonly claims?: readonly { readonly name: string; readonly values: readonly string[] }[];
}

interface Prepared {
  readonly way: "saml" | "oidc";
  readonly trial: AccessSettings;
}

interface Finished {
  readonly tried: TrialResult;
}

const TICKET_MS = 120_000;
/** A question that no browser has asked yet. */
const NO_BROWSER = "0".repeat(64);

export class SignInTrials {
  readonly #access: Pick<Access, "sso" | "openSso">;

  constructor(access: Pick<Access, "sso" | "openSso">) {
    this.#access = access;
  }

  /** @returns a ticket for the window in which it is done */
  async prepare(way: Prepared["way"], trial: AccessSettings): Promise<string> {
    // what cannot be opened is told before any window is
    await this.#with(trial, async () => undefined);
    return this.#keep({ way, trial } satisfies Prepared, NO_BROWSER);
  }

  /** @returns where the window goes @throws SsoRefusal */
  async begin(ticket: string, browser: string): Promise<string> {
    const taken = await this.#access.sso.requests.take<Partial<Prepared>>(hashOf(ticket), "ticket");
    const { way, trial } = taken?.content ?? {};
    if (!way || !trial) throw new SsoRefusal("ticket");
    const journey: Journey = { returnTo: "/", trial };
    try {
      return await this.#with(trial, async ({ saml, oidc }) => {
        const url = await (way === "saml" ? saml?.provider : oidc)?.loginUrl(browser, journey);
        if (url === undefined) throw new SsoRefusal("not-set-up");
        return url;
      });
    } catch (error) {
      return this.#told(refused(error), browser);
    }
  }

  /** @returns the page that shows what would have happened */
  async finish(
    { content: { trial }, browser }: AskedQuestion<Journey>,
    consume: (sso: Sso) => Promise<Vouched>,
  ): Promise<string> {
    const result = await this.#with(trial!, consume).then(taken, refused);
    return this.#told(result, browser);
  }

  /** Shown once. @param isOwn whether the window is of this browser */
  async result(ticket: string, isOwn: (browser: string) => boolean): Promise<TrialResult | undefined> {
    const kept = await this.#access.sso.requests.take<Partial<Finished>>(hashOf(ticket), "ticket");
    return kept && isOwn(kept.browser) ? kept.content.tried : undefined;
  }

  async #told(tried: TrialResult, browser: string): Promise<string> {
    return `/try-sign-in?ticket=${await this.#keep({ tried } satisfies Finished, browser)}`;
  }

  async #keep(content: object, browser: string): Promise<string> {
    const ticket = randomBytes(32).toString("base64url");
    const id = hashOf(ticket);
    await this.#access.sso.requests.ask({ id, kind: "ticket", browser, content, withinMs: TICKET_MS });
    return ticket;
  }

  async #with<T>(trial: AccessSettings, work: (sso: Sso) => Promise<T>): Promise<T> {
    // off is what it may be while it is tried
    const sso = this.#access.openSso({ ...trial, mode: "both" });
    try {
      return await work(sso);
    } finally {
      await sso.close();
    }
  }
}

function taken({ identity, nameId, groups, claims }: Vouched): TrialResult {
  const listed = Object.entries(claims).map(([name, value]) => {
    const values = [value].flat().map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
    return { name, values };
  });
  return { ok: true, name: identity.name, nameId, groups, role: identity.role, claims: listed };
}

function refused(error: unknown): TrialResult {
  const { cause } = error as Error;
  if (error instanceof SsoRefusal) {
    return { ok: false, reason: error.reason, ...(cause instanceof Error ? { words: cause.message } : {}) };
  }
  return { ok: false, reason: "provider-away", words: (error as Error).message };
}

const hashOf = (ticket: string): string => createHash("sha256").update(ticket).digest("hex");
