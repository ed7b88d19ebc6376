// A hub with single sign-on by SAML, and its identity provider.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import { freePort } from "@thalamus/sdk/testing";
import { connect } from "../../../core/database/database.ts";
import { JournalEntry } from "../../../core/database/entities/journal-entry.ts";
import type { Hub } from "../../../core/hub.ts";
import { hubInProcess, newSite, type TestSite } from "../../support/hub-in-test.ts";
import { SsoBrowser } from "../sso-browser.ts";
import { type AskedLogin, readLogin, type Saying, type Signing, TestIdp } from "./test-idp.ts";

export class SamlSite {
  readonly idp: TestIdp;
  readonly #folder: string;
  readonly site: TestSite;
  readonly hub: Hub;
  readonly port: number;
  readonly orm: MikroORM;
  #addresses = 0;

  private constructor(idp: TestIdp, folder: string, site: TestSite, hub: Hub, orm: MikroORM) {
    this.idp = idp;
    this.#folder = folder;
    this.site = site;
    this.hub = hub;
    this.port = hub.http.port;
    this.orm = orm;
  }

  static async open(access: object = {}, saml: object = {}): Promise<SamlSite> {
    const idp = new TestIdp();
    const folder = mkdtempSync(join(tmpdir(), "saml-"));
    const metadataFile = join(folder, "idp.xml");
    writeFileSync(metadataFile, idp.metadata());
    const port = await freePort();
    const site = await newSite({
      plugins: [],
      http: { host: "127.0.0.1", port, trustedProxies: ["loopback"] },
      access: {
        ...{ mode: "both", baseUrl: `http://127.0.0.1:${port}` },
        saml: { metadataFile, clockSkewSeconds: 5, adminGroup: "imaging-admins", ...saml },
        ...access,
      },
    });
    const hub = await hubInProcess(site);
    return new SamlSite(idp, folder, site, hub, await connect(site.databaseUrl));
  }

  /** Each from an address of its own, as the ACS takes 20 a minute. */
  browser(): SsoBrowser {
    this.#addresses += 1;
    return new SsoBrowser(
      this.port,
      `198.51.${Math.floor(this.#addresses / 250)}.${(this.#addresses % 250) + 1}`,
    );
  }

  async ask(browser: SsoBrowser, returnTo = "/studies"): Promise<AskedLogin> {
    return readLogin(await browser.location(`/api/saml/login?returnTo=${encodeURIComponent(returnTo)}`));
  }

  /** @returns where the hub sends the browser afterwards */
  async answer(browser: SsoBrowser, response: string): Promise<string> {
    return browser.postFromElsewhere("/api/saml/acs", { SAMLResponse: response });
  }

  /** The whole way; undefined when it was refused. */
  async signIn(browser: SsoBrowser, saying: Saying = {}, signing: Signing = {}): Promise<string> {
    const login = await this.ask(browser);
    const next = await this.answer(browser, this.idp.answer(login, saying, signing));
    return next.startsWith("/api/sso/finish") ? browser.location(next) : next;
  }

  /** What the journal says of a refusal, by the id that the browser was shown. */
  async reasonOf(location: string): Promise<unknown> {
    const errorId = new URLSearchParams(location.split("?")[1]).get("id");
    const lines = await this.orm.em.fork().find(JournalEntry, { event: "session.refused" });
    return lines.find(({ detail }) => detail["errorId"] === errorId)?.detail["reason"];
  }

  async close(): Promise<void> {
    await this.hub.stop();
    await this.orm.close();
    this.site.remove();
    this.idp.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
