// Single sign-on over HTTP: where browsers are sent to, where they come back, and where an identity provider says goodbye.
import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Request, Response } from "express";
import type { Access } from "../../access/open-access.ts";
import { addressOf, deviceOf, type Entry } from "../../access/sessions.ts";
import type { Vouched } from "../../access/sso/saml/service-provider.ts";
import { accountOf } from "../../access/sso/sso-accounts.ts";
import { isMarkedBrowser, markBrowser } from "../../access/sso/sso-cookie.ts";
import { SsoRefusal } from "../../access/sso/sso-refusal.ts";
import { Account } from "../../database/entities/account.ts";
import { journal } from "../../observe/journal.ts";
import type { HubLog } from "../../observe/log.ts";
import type { Api, Passage } from "../api.ts";
import { ApiError, notFound } from "../api-error.ts";
import { readForm } from "../read-form.ts";
import { placeHere, requireHttps } from "../sso-address.ts";

export interface SsoRouteParts {
  readonly access: Access;
  readonly log: HubLog;
}

/** X-009 Requests of one address in a minute. */
const MOST_A_MINUTE = 20;
const LARGEST_FORM = 400_000;
const TICKET_MS = 120_000;

interface Ticket {
  readonly accountId: string;
  readonly entry: Entry;
  readonly returnTo: string;
}

export function ssoRoutes(api: Api, parts: SsoRouteParts): void {
  const { access, log } = parts;
  const { orm, sso, sessions, attempts } = access;
  const get = (path: string, handle: (passage: Passage) => Promise<void>) =>
    api.door({ methods: ["get"], path, permission: "anyone" }, handle);
  const saml = () => {
    if (sso.saml) return sso.saml;
    throw notFound("way to sign in");
  };
  const oidc = () => {
    if (sso.oidc) return sso.oidc;
    throw notFound("way to sign in");
  };

  get("/api/saml/metadata", async ({ response }) => {
    response.type("application/samlmetadata+xml").send(saml().provider.metadata());
  });

  for (const [path, loginUrl] of [
    ["/api/saml/login", (...all: Parameters<Way>) => saml().provider.loginUrl(...all)],
    ["/api/oidc/login", (...all: Parameters<Way>) => oidc().loginUrl(...all)],
  ] as const) {
    get(path, ({ request, response }) =>
      orBack(request, response, async () => {
        requireHttps(request);
        const returnTo = placeHere(request.query["returnTo"]);
        response.redirect(303, await loginUrl(markBrowser(request, response), { returnTo }));
      }),
    );
  }

  const acs = { methods: ["post"], path: "/api/saml/acs", permission: "anyone" } as const;
  api.door(acs, async ({ request, response }) => {
    if (!(await attempts.withinRate(`acs:${addressOf(request)}`, MOST_A_MINUTE, 60))) {
      response.setHeader("Retry-After", "60");
      throw new ApiError(429, "access.too-many", "Too many sign-ins from this address. Wait a minute.");
    }
    await orBack(request, response, async () => {
      requireHttps(request);
      const form = await readForm(request, LARGEST_FORM);
      const vouched = await saml().provider.consume(form.get("SAMLResponse") ?? "");
      const { nameId, nameIdFormat, sessionIndex } = vouched;
      const ticket = await ticketFor(vouched, { door: "saml", nameId, nameIdFormat, sessionIndex });
      // a form that another site posts brings no cookie; the page it leads to does
      response.redirect(303, `/api/sso/finish?ticket=${ticket}`);
    });
  });

  get("/api/oidc/callback", ({ request, response }) =>
    orBack(request, response, async () => {
      requireHttps(request);
      const vouched = await oidc().consume(request.originalUrl.split("?")[1] ?? "");
      const idToken = vouched.idToken === undefined ? undefined : access.sealIdToken(vouched.idToken);
      const ticket = await ticketFor(vouched, { door: "oidc", nameId: vouched.nameId, idToken });
      response.redirect(303, `/api/sso/finish?ticket=${ticket}`);
    }),
  );

  get("/api/sso/finish", ({ request, response }) =>
    orBack(request, response, async () => {
      const shown = String(request.query["ticket"] ?? "");
      const taken = await sso.requests.take<Ticket>(hashOf(shown), "ticket");
      if (!taken) throw new SsoRefusal("ticket");
      if (!isMarkedBrowser(request, taken.browser)) throw new SsoRefusal("other-browser");
      const { accountId, entry, returnTo } = taken.content;
      const account = await orm.em.fork().findOne(Account, { id: accountId, disabledAt: null });
      if (!account) throw new SsoRefusal("disabled");
      await sessions.begin(account, entry, request, response);
      const detail = { ...originOf(request), door: entry.door };
      await journal(orm.em.fork(), { event: "session.began", actor: account.name, detail });
      response.redirect(303, returnTo);
    }),
  );

  const slo = { methods: ["get"], path: "/api/saml/slo", permission: "anyone" } as const;
  api.door(slo, ({ request, response }) =>
    orBack(request, response, async () => {
      requireHttps(request);
      // the answer to a logout of ours changes nothing here: the session has ended before the question was asked
      if (request.query["SAMLRequest"] === undefined) return response.redirect(303, "/login?signedOut=1");
      response.redirect(
        303,
        await saml().logout.take(request.originalUrl.split("?")[1] ?? "", originOf(request)),
      );
    }),
  );

  async function ticketFor({ identity, browser, journey }: Vouched, entry: Entry): Promise<string> {
    const account = await accountOf(orm, identity);
    const ticket = randomBytes(32).toString("base64url");
    const content: Ticket = { accountId: account.id, entry, returnTo: journey.returnTo };
    await sso.requests.ask({ id: hashOf(ticket), kind: "ticket", browser, content, withinMs: TICKET_MS });
    return ticket;
  }

  /** X-013 Whoever is refused gets to the sign-in page, which says so in plain words and names an id. */
  async function orBack(request: Request, response: Response, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof ApiError) throw error;
      const reason = error instanceof SsoRefusal ? error.reason : "provider-away";
      const errorId = randomUUID();
      const cause = (error as Error).cause;
      log.warn("access.sso-refused", {
        errorId,
        reason,
        error: (cause instanceof Error ? cause : (error as Error)).name,
      });
      const detail = { ...originOf(request), reason, errorId };
      await journal(orm.em.fork(), { event: "session.refused", actor: "unknown", detail });
      response.redirect(303, `/login?refused=${reason === "no-role" ? "role" : "sso"}&id=${errorId}`);
    }
  }
}

type Way = (browser: string, journey: { readonly returnTo: string }) => Promise<string>;

const originOf = (request: Request) => ({ address: addressOf(request), device: deviceOf(request) });

const hashOf = (ticket: string): string => createHash("sha256").update(ticket).digest("hex");
