// The hub as a SAML 2.0 service provider: asks, takes an answer once, and believes only what is signed and meant for it.
import { readFileSync } from "node:fs";
import { type CacheProvider, type Profile, SAML, ValidateInResponseTo } from "@node-saml/passport-saml";
import type { AccessSettings } from "../../../config/access-settings.ts";
import type { SamlSettings } from "../../../config/sso-settings.ts";
import { type Claims, groupsOf, roleFromGroups } from "../role-from-groups.ts";
import type { Identity } from "../sso-accounts.ts";
import { require, SsoRefusal } from "../sso-refusal.ts";
import type { AskedQuestion, SsoRequests } from "../sso-requests.ts";
import { checkAssertion } from "./assertion-checks.ts";
import type { SamlIdp } from "./identity-provider.ts";
import { lookAtDecrypted, type ResponseSight } from "./response-shape.ts";
import { children } from "./xml.ts";

export interface ServiceProviderParts {
  readonly settings: SamlSettings;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly idp: () => Promise<SamlIdp>;
  readonly requests: SsoRequests;
}

/** What is kept while somebody signs in. */
export interface Journey {
  readonly returnTo: string;
  /** Nobody is signed in: these settings are tried. */
  readonly trial?: AccessSettings;
}

export interface Vouched {
  readonly identity: Identity;
  readonly nameId: string;
  readonly nameIdFormat: string | undefined;
  readonly sessionIndex: string | undefined;
  readonly claims: Claims;
  readonly groups: readonly string[];
  /** Hash of the cookie of the browser that asked. */
  readonly browser: string;
  readonly journey: Journey;
}

export class ServiceProvider {
  readonly #parts: ServiceProviderParts;
  readonly #privateKey: string | undefined;
  readonly #certificate: string | undefined;

  /** @throws Error when its key or certificate cannot be read */
  constructor(parts: ServiceProviderParts) {
    this.#parts = parts;
    const { privateKey, privateKeyFile, certificate, certificateFile } = parts.settings;
    this.#privateKey = privateKey ?? read(privateKeyFile);
    this.#certificate = certificate ?? read(certificateFile);
  }

  get acsUrl(): string {
    return `${this.#parts.baseUrl}/api/saml/acs`;
  }

  get sloUrl(): string {
    return `${this.#parts.baseUrl}/api/saml/slo`;
  }

  /** A-292 Where to send a browser that wants to sign in. */
  async loginUrl(browser: string, journey: Journey): Promise<string> {
    const { requests } = this.#parts;
    const remember = (id: string) => requests.ask({ id, kind: "saml", browser, content: journey });
    const saml = this.library(await this.#parts.idp(), cacheOf({ remember }));
    return saml.getAuthorizeUrlAsync("", undefined, {});
  }

  /** */
  metadata(): string {
    const unknown = { entityId: "", ssoUrl: this.acsUrl, sloUrl: undefined, certificates: ["unused"] };
    const certificate = this.#certificate ?? null;
    const opens = this.#parts.settings.decryptAssertions ? certificate : null;
    return this.library(unknown, cacheOf({})).generateServiceProviderMetadata(opens, certificate);
  }

  /**
   * @param sight of the response @param asked the question that it answers, which is used up by now
   * @throws SsoRefusal unless the answer is signed, new, and meant for us
   */
  async consume(samlResponse: string, sight: ResponseSight, asked: AskedQuestion<Journey>): Promise<Vouched> {
    const { requests, settings, idp: source } = this.#parts;
    const idp = await source();
    this.#checkResponse(sight, idp);
    const xml = await this.#signedAssertion(samlResponse, sight, idp);
    const assertion = checkAssertion(xml, {
      issuer: idp.entityId,
      audience: settings.entityId,
      recipient: this.acsUrl,
      inResponseTo: sight.inResponseTo,
      skewMs: settings.clockSkewSeconds * 1000,
      now: Date.now(),
    });
    require(await requests.useOnce(idp.entityId, assertion.id, assertion.validUntil), "replayed");
    const { nameId, nameIdFormat, sessionIndex, attributes } = assertion;
    const groups = groupsOf(attributes, settings);
    const role = roleFromGroups(groups, settings);
    const identity = {
      ...({ source: "saml", provider: idp.entityId, subject: nameId, role } as const),
      name: readableName(nameId, attributes),
    };
    const { browser, content: journey } = asked;
    const known = { nameId, nameIdFormat, sessionIndex, claims: attributes, groups };
    return { identity, ...known, browser, journey };
  }

  /** What stands on the response outside of the assertion; it counts only when it is there, as few sign it. */
  #checkResponse(sight: ResponseSight, idp: SamlIdp): void {
    const { response, responseIsSigned, assertionIsSigned, isEncrypted } = sight;
    const { requireSignedAssertions, requireSignedResponse, decryptAssertions } = this.#parts.settings;
    require(!isEncrypted || decryptAssertions, "encrypted");
    // what was signed by nobody is not decrypted: the answers would help somebody to read it
    require(!isEncrypted || responseIsSigned, "response-not-signed");
    require(isEncrypted || assertionIsSigned || !requireSignedAssertions, "assertion-not-signed");
    require(responseIsSigned || !requireSignedResponse, "response-not-signed");
    require(responseIsSigned || assertionIsSigned, "not-signed");
    const destination = response.getAttribute("Destination") ?? "";
    // saml-bindings-2.0-os 3.5.5.2: a signed response must say where it is meant to go
    require(destination === this.acsUrl || (destination === "" && !responseIsSigned), "wrong-destination");
    for (const issuer of children(response).filter(({ localName }) => localName === "Issuer")) {
      require((issuer.textContent ?? "").trim() === idp.entityId, "wrong-issuer");
    }
  }

  /** The bytes that the signature covers, as the library found them. */
  async #signedAssertion(samlResponse: string, sight: ResponseSight, idp: SamlIdp): Promise<string> {
    if (!sight.isEncrypted) return this.#verified(samlResponse, sight, idp);
    const { requireSignedAssertions } = this.#parts.settings;
    const inside = { ...sight, assertionIsSigned: requireSignedAssertions };
    const xml = await this.#verified(samlResponse, inside, idp);
    const isSigned = lookAtDecrypted(xml);
    require(isSigned || !requireSignedAssertions, "assertion-not-signed");
    if (isSigned === requireSignedAssertions) return xml;
    return this.#verified(samlResponse, { ...sight, assertionIsSigned: true }, idp);
  }

  /** The library checks the signature of a response before it decrypts anything in it. */
  async #verified(samlResponse: string, sight: ResponseSight, idp: SamlIdp): Promise<string> {
    const known = cacheOf({ ids: [sight.inResponseTo] });
    const saml = this.library(idp, known, {
      // a signature that is there must hold, wanted or not
      wantAuthnResponseSigned: sight.responseIsSigned,
      wantAssertionsSigned: sight.assertionIsSigned,
    });
    let profile: Profile | null;
    try {
      ({ profile } = await saml.validatePostResponseAsync({ SAMLResponse: samlResponse }));
    } catch (cause) {
      throw new SsoRefusal(reasonOf((cause as Error).message), { cause });
    }
    const xml = profile?.getAssertionXml?.();
    require(xml !== undefined, "not-signed");
    return xml;
  }

  /** The library with our settings. */
  library(idp: SamlIdp, cacheProvider: CacheProvider, more: object = {}): SAML {
    const { settings, baseUrl } = this.#parts;
    return new SAML({
      issuer: settings.entityId,
      callbackUrl: this.acsUrl,
      audience: settings.entityId,
      entryPoint: idp.ssoUrl,
      logoutUrl: idp.sloUrl ?? idp.ssoUrl,
      logoutCallbackUrl: `${baseUrl}/api/saml/slo`,
      idpIssuer: idp.entityId,
      idpCert: [...idp.certificates],
      identifierFormat: settings.nameIdFormat,
      // how somebody signs in is for the provider to decide
      disableRequestedAuthnContext: true,
      wantAssertionsSigned: settings.requireSignedAssertions,
      acceptedClockSkewMs: settings.clockSkewSeconds * 1000,
      validateInResponseTo: ValidateInResponseTo.always,
      signatureAlgorithm: "sha256",
      digestAlgorithm: "sha256",
      ...(this.#privateKey === undefined ? {} : { privateKey: this.#privateKey }),
      ...(settings.decryptAssertions && this.#privateKey !== undefined
        ? { decryptionPvk: this.#privateKey }
        : {}),
      cacheProvider,
      ...more,
    });
  }
}

interface Cache {
  readonly remember?: (id: string) => Promise<void>;
  readonly ids?: readonly string[];
}

/** The library's view of our questions: it may put one down, or sees the one that is being answered. */
export function cacheOf({ remember, ids = [] }: Cache): CacheProvider {
  return {
    saveAsync: async (id, value) => {
      await remember?.(id);
      return { value, createdAt: Date.now() };
    },
    getAsync: async (id) => (ids.includes(id) ? new Date().toISOString() : null),
    removeAsync: async (id) => id,
  };
}

const read = (file: string | undefined): string | undefined =>
  file === undefined ? undefined : readFileSync(file, "utf8");

function reasonOf(message: string): string {
  if (/signature/i.test(message)) return "bad-signature";
  if (/expired|not yet valid/i.test(message)) return "expired";
  if (/InResponseTo/i.test(message)) return "wrong-in-response-to";
  if (/subject confirmation/i.test(message)) return "no-confirmation-holds";
  if (/audience/i.test(message)) return "wrong-audience";
  return "not-valid";
}

const NAMES = [
  ...["displayName", "http://schemas.microsoft.com/identity/claims/displayname", "email", "mail"],
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
];

/** A NameID may be an opaque number; people want to read who it was. */
function readableName(nameId: string, attributes: Readonly<Record<string, readonly string[]>>): string {
  if (nameId.includes("@")) return nameId;
  const name = NAMES.map((one) => attributes[one]?.[0]).find((value) => value?.includes("@"));
  return name ?? nameId;
}
