// A hub with single sign-on by OpenID Connect, and a real provider that signs in whom the test says.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { freePort } from "@thalamus/sdk/testing";
import type { Hub } from "../../../core/hub.ts";
import { hubInProcess, newSite, type TestSite } from "../../support/hub-in-test.ts";
import { SsoBrowser } from "../sso-browser.ts";

export interface Person {
  readonly sub: string;
  readonly email?: string;
  readonly groups?: readonly string[];
}

interface OidcContext {
  readonly req: import("node:http").IncomingMessage;
  readonly res: import("node:http").ServerResponse;
}

/** As much of it as the tests use; the package brings no types. */
interface OidcProvider {
  callback(): (request: unknown, response: unknown) => void;
  interactionDetails(
    request: unknown,
    response: unknown,
  ): Promise<{ prompt: { name: string }; params: { client_id: string } }>;
  interactionFinished(request: unknown, response: unknown, result: object): Promise<void>;
  readonly Grant: new (who: object) => { addOIDCScope(scope: string): void; save(): Promise<string> };
  on(event: string, listen: (ctx: OidcContext, error: Error) => void): void;
}

// Node loads it as the module it is
const { default: Provider } = createRequire(import.meta.url)("oidc-provider") as {
  default: new (issuer: string, configuration: object) => OidcProvider;
};

const SECRET_FREE = { token_endpoint_auth_method: "none" } as const;

export class OidcSite {
  readonly hub: Hub;
  readonly site: TestSite;
  readonly issuer: string;
  readonly #server: Server;
  /** Whom the provider signs in next. */
  person: Person = { sub: "1", email: "ada@clinic.example" };

  private constructor(
    hub: Hub,
    site: TestSite,
    issuer: string,
    server: Server,
    people: { ask: () => Person },
  ) {
    this.hub = hub;
    this.site = site;
    this.issuer = issuer;
    this.#server = server;
    people.ask = () => this.person;
  }

  static async open(oidc: object = {}): Promise<OidcSite> {
    const people = { ask: (): Person => ({ sub: "1" }) };
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const port = await freePort();
    const baseUrl = `http://127.0.0.1:${port}`;
    serve(server, issuer, baseUrl, people);
    const site = await newSite({
      plugins: [],
      http: { host: "127.0.0.1", port },
      access: {
        mode: "both",
        baseUrl,
        privateNetworks: ["127.0.0.0/8"],
        oidc: { issuer, clientId: "hub", adminGroup: "imaging-admins", ...oidc },
      },
    });
    return new OidcSite(await hubInProcess(site), site, issuer, server, people);
  }

  browser(): SsoBrowser {
    return new SsoBrowser(this.hub.http.port);
  }

  /** Goes to the provider and through its pages. @returns the address of the hub's callback */
  async toCallback(browser: SsoBrowser, at = "/api/oidc/login?returnTo=/results"): Promise<string> {
    // the provider keeps cookies of its own
    const there = new SsoBrowser(0);
    let next = await browser.location(at);
    for (let hops = 0; hops < 12 && !next.includes("/api/oidc/callback"); hops += 1) {
      next = new URL(await there.location(next), next).href;
    }
    return next;
  }

  async signIn(browser: SsoBrowser): Promise<string> {
    const finish = await browser.location(await this.toCallback(browser));
    return finish.startsWith("/api/sso/finish") ? browser.location(finish) : finish;
  }

  async close(): Promise<void> {
    await this.hub.stop();
    this.#server.closeAllConnections();
    this.#server.close();
    this.site.remove();
  }
}

function serve(server: Server, issuer: string, baseUrl: string, people: { ask: () => Person }): void {
  const provider = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: "hub", ...SECRET_FREE, redirect_uris: [`${baseUrl}/api/oidc/callback`] },
        post_logout_redirect_uris: [`${baseUrl}/login`],
      },
    ],
    claims: { openid: ["sub"], email: ["email"], profile: ["groups"] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ["for tests"] },
    interactions: { url: (_ctx: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_ctx: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ ...people.ask(), sub }),
    }),
  });
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (request.url?.startsWith("/interaction/")) void interact(provider, people, request, response);
    else answer(request, response);
  });
}

async function interact(
  provider: OidcProvider,
  people: { ask: () => Person },
  request: unknown,
  response: unknown,
) {
  const { prompt, params } = await provider.interactionDetails(request, response);
  const accountId = people.ask().sub;
  if (prompt.name === "login")
    return provider.interactionFinished(request, response, { login: { accountId } });
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope("openid email profile");
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}
