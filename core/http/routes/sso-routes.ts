// Single sign-on over HTTP: where browsers are sent to, where they come back, and where an identity provider says goodbye.
import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Request, Response } from "express";
import type { Access } from "../../access/open-access.ts";
import { addressOf, deviceOf, type Entry } from "../../access/sessions.ts";
import type { OidcQuestion } from "../../access/sso/oidc-client.ts";
import { lookAtResponse } from "../../access/sso/saml/response-shape.ts";
import type { Journey, Vouched } from "../../access/sso/saml/service-provider.ts";
import { SignInTrials } from "../../access/sso/sign-in-trial.ts";
import { accountOf } from "../../access/sso/sso-accounts.ts";
import { isMarkedBrowser, markBrowser } from "../../access/sso/sso-cookie.ts";
import { require, SsoRefusal } from "../../access/sso/sso-refusal.ts";
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
  const { orm, sessions, attempts } = access;
  const trials = new SignInTrials(access);
  const get = (path: string, handle: (passage: Passage) => Promise<void>) =>
    api.door({ methods: ["get"], path, permission: "anyone" }, handle);
  const saml = () => {
    const { saml: way } = access.sso;
    if (way) return way;
    throw notFound("way to sign in");
  };
  const oidc = () => {
    const { oidc: way } = access.sso;
    if (way) return way;
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
      const text = form.get("SAMLResponse") ?? "";
      const sight = lookAtResponse(text);
      // whatever becomes of the answer, the question is used up
      const asked = await access.sso.requests.take<Journey>(sight.inResponseTo, "saml");
      require(asked, "unknown-request");
      if (asked.content.trial) {
        const tried = await trials.finish(asked, (sso) => sso.saml!.provider.consume(text, sight, asked));
        return response.redirect(303, tried);
      }
      const vouched = await saml().provider.consume(text, sight, asked);
      const { nameId, nameIdFormat, sessionIndex } = vouched;
      const ticket = await ticketFor(vouched, { door: "saml", nameId, nameIdFormat, sessionIndex });
      // a form that another site posts brings no cookie; the page it leads to does
      response.redirect(303, `/api/sso/finish?ticket=${ticket}`);
    });
  });

  get("/api/oidc/callback", ({ request, response }) =>
    orBack(request, response, async () => {
      requireHttps(request);
      const query = request.originalUrl.split("?")[1] ?? "";
      const state = new URLSearchParams(query).get("state") ?? "";
      const asked = await access.sso.requests.take<OidcQuestion>(state, "oidc");
      require(asked, "unknown-request");
      if (asked.content.trial) {
        return response.redirect(303, await trials.finish(asked, (sso) => sso.oidc!.consume(query, asked)));
      }
      const vouched = await oidc().consume(query, asked);
      const idToken = vouched.idToken === undefined ? undefined : access.sealIdToken(vouched.idToken);
      const ticket = await ticketFor(vouched, { door: "oidc", nameId: vouched.nameId, idToken });
      response.redirect(303, `/api/sso/finish?ticket=${ticket}`);
    }),
  );

  get("/api/sso/finish", ({ request, response }) =>
    orBack(request, response, async () => {
      const shown = String(request.query["ticket"] ?? "");
      const taken = await access.sso.requests.take<Partial<Ticket>>(hashOf(shown), "ticket");
      if (!taken) throw new SsoRefusal("ticket");
      if (!isMarkedBrowser(request, taken.browser)) throw new SsoRefusal("other-browser");
      const { accountId, entry, returnTo } = taken.content;
      // the ticket of a trial lets nobody in
      if (accountId === undefined || entry === undefined) throw new SsoRefusal("ticket");
      const account = await orm.em.fork().findOne(Account, { id: accountId, disabledAt: null });
      if (!account) throw new SsoRefusal("disabled");
      await sessions.begin(account, entry, request, response);
      const detail = { ...originOf(request), door: entry.door };
      await journal(orm.em.fork(), { event: "session.began", actor: account.name, detail });
      response.redirect(303, returnTo ?? "/");
    }),
  );

  const tryOut = { methods: ["get"], path: "/api/sso/try", permission: "accounts.manage" } as const;
  api.door(tryOut, ({ request, response }) =>
    orBack(request, response, async () => {
      requireHttps(request);
      const ticket = String(request.query["ticket"] ?? "");
      response.redirect(303, await trials.begin(ticket, markBrowser(request, response)));
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
    await access.sso.requests.ask({
      id: hashOf(ticket),
      kind: "ticket",
      browser,
      content,
      withinMs: TICKET_MS,
    });
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
