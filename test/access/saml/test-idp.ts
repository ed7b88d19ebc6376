// A SAML identity provider for tests: signs what it is told to say, be it right or wrong.
import { randomUUID, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { TestAuthority } from "@thalamus/sdk/testing";
import { SignedXml } from "xml-crypto";

export const IDP = "https://idp.example/metadata";
const SIGNED_WITH = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const DIGEST = "http://www.w3.org/2001/04/xmlenc#sha256";
const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/** What a response says; everything has a right value. */
export interface Saying {
  inResponseTo?: string;
  confirmedInResponseTo?: string;
  destination?: string;
  recipient?: string;
  responseIssuer?: string;
  issuer?: string;
  audience?: string;
  nameId?: string;
  nameIdFormat?: string;
  assertionId?: string;
  groups?: readonly string[];
  status?: string;
  version?: string;
  method?: string;
  sessionIndex?: string;
  /** Seconds from now. */
  issued?: number;
  begins?: number;
  ends?: number;
  confirmedUntil?: number;
  conditions?: string;
  statement?: string;
  subject?: string;
}

export interface Signing {
  readonly what?: "assertion" | "response" | "both" | "nothing";
  readonly key?: string;
  readonly algorithm?: string;
  readonly digest?: string;
  readonly transforms?: readonly string[];
  readonly canonical?: string;
  /** Changes the XML before it is signed, and afterwards. */
  readonly before?: (xml: string) => string;
  readonly after?: (xml: string) => string;
}

export interface AskedLogin {
  readonly id: string;
  readonly acs: string;
}

export class TestIdp {
  readonly #authority = new TestAuthority();
  readonly key: string;
  readonly certificate: string;
  readonly ssoUrl: string;
  readonly sloUrl = "https://idp.example/slo";

  constructor(name = "idp", ssoUrl = "https://idp.example/sso") {
    this.ssoUrl = ssoUrl;
    const { keyFile, certificateFile } = this.#authority.sign(name);
    this.key = readFileSync(keyFile, "utf8");
    this.certificate = readFileSync(certificateFile, "utf8");
  }

  close(): void {
    this.#authority[Symbol.dispose]();
  }

  metadata(): string {
    const body = this.certificate.replaceAll(/-----[A-Z ]+-----|\s/g, "");
    const at = (name: string, url: string) =>
      `<md:${name} Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${url}"/>`;
    return (
      `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${IDP}">` +
      '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">' +
      '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>' +
      `<ds:X509Certificate>${body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
      `${at("SingleLogoutService", this.sloUrl)}${at("SingleSignOnService", this.ssoUrl)}` +
      "</md:IDPSSODescriptor></md:EntityDescriptor>"
    );
  }

  /** In base64, as a form posts it. */
  answer(login: AskedLogin, saying: Saying = {}, signing: Signing = {}): string {
    const { what = "assertion", before = same, after = same } = signing;
    let xml = before(responseXml(login, saying));
    if (what === "assertion" || what === "both") xml = this.signed(xml, "Assertion", signing);
    if (what === "response" || what === "both") xml = this.signed(xml, "Response", signing);
    return Buffer.from(after(xml)).toString("base64");
  }

  signed(xml: string, element: string, signing: Signing = {}): string {
    const { key = this.key, algorithm = SIGNED_WITH, digest = DIGEST } = signing;
    const signer = new SignedXml({
      ...{ privateKey: key, signatureAlgorithm: algorithm },
      canonicalizationAlgorithm: signing.canonical ?? EXCLUSIVE,
    } as ConstructorParameters<typeof SignedXml>[0]);
    const xpath = `//*[local-name(.)='${element}']`;
    signer.addReference({
      xpath,
      transforms: [...(signing.transforms ?? [ENVELOPED, EXCLUSIVE])],
      digestAlgorithm: digest,
    });
    signer.computeSignature(xml, {
      prefix: "ds",
      location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: "after" },
    });
    return signer.getSignedXml();
  }

  /** Query of a LogoutRequest by HTTP-Redirect. */
  logoutQuery(
    logout: { to: string; nameId: string; sessionIndex?: string; id?: string; issuer?: string },
    key = this.key,
  ): string {
    const index =
      logout.sessionIndex === undefined
        ? ""
        : `<samlp:SessionIndex>${logout.sessionIndex}</samlp:SessionIndex>`;
    const xml =
      `<samlp:LogoutRequest ${NAMESPACES} ID="${logout.id ?? `_${randomUUID()}`}" Version="2.0" ` +
      `IssueInstant="${at(0)}" Destination="${logout.to}"><saml:Issuer>${logout.issuer ?? IDP}</saml:Issuer>` +
      `<saml:NameID>${logout.nameId}</saml:NameID>${index}</samlp:LogoutRequest>`;
    const query =
      `SAMLRequest=${encodeURIComponent(deflateRawSync(xml).toString("base64"))}` +
      `&RelayState=here&SigAlg=${encodeURIComponent(SIGNED_WITH)}`;
    const signature = sign("RSA-SHA256", Buffer.from(query), key).toString("base64");
    return `${query}&Signature=${encodeURIComponent(signature)}`;
  }
}

/** What the hub asks, from the address it sends the browser to. */
export function readLogin(location: string): AskedLogin & { xml: string } {
  const packed = new URL(location).searchParams.get("SAMLRequest") ?? "";
  const xml = inflateRawSync(Buffer.from(packed, "base64")).toString("utf8");
  const attribute = (name: string) => new RegExp(`${name}="([^"]+)"`).exec(xml)?.[1] ?? "";
  return { xml, id: attribute("ID"), acs: attribute("AssertionConsumerServiceURL") };
}

const same = (xml: string): string => xml;

const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

const NAMESPACES =
  'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"';
export const EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
const BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success";

function responseXml({ id, acs }: AskedLogin, said: Saying): string {
  const { inResponseTo = id, destination = acs, responseIssuer = IDP, status = SUCCESS } = said;
  const asked = inResponseTo === "" ? "" : ` InResponseTo="${inResponseTo}"`;
  const to = destination === "" ? "" : ` Destination="${destination}"`;
  return (
    `<samlp:Response ${NAMESPACES} ID="_${randomUUID()}" Version="2.0" IssueInstant="${at(0)}"${to}${asked}>` +
    `<saml:Issuer>${responseIssuer}</saml:Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="${status}"/></samlp:Status>${assertionXml({ id, acs }, said)}</samlp:Response>`
  );
}

export function assertionXml({ id, acs }: AskedLogin, said: Saying): string {
  const { issuer = IDP, nameId = "ada@clinic.example", nameIdFormat = EMAIL, version = "2.0" } = said;
  const { issued = -1, begins = -5, ends = 300, confirmedUntil = 300, method = BEARER } = said;
  const { recipient = acs, audience = "thalamus", groups = [], sessionIndex = "_session-1" } = said;
  const name = `<saml:NameID Format="${nameIdFormat}">${nameId}</saml:NameID>`;
  const confirmation =
    `<saml:SubjectConfirmation Method="${method}"><saml:SubjectConfirmationData ` +
    `InResponseTo="${said.confirmedInResponseTo ?? id}" Recipient="${recipient}" NotOnOrAfter="${at(confirmedUntil)}"/>` +
    "</saml:SubjectConfirmation>";
  const conditions =
    said.conditions ??
    `<saml:Conditions NotBefore="${at(begins)}" NotOnOrAfter="${at(ends)}"><saml:AudienceRestriction>` +
      `<saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`;
  const statement =
    said.statement ??
    `<saml:AuthnStatement AuthnInstant="${at(issued)}" SessionIndex="${sessionIndex}"><saml:AuthnContext>` +
      "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>" +
      "</saml:AuthnContext></saml:AuthnStatement>";
  const values = groups.map((group) => `<saml:AttributeValue>${group}</saml:AttributeValue>`).join("");
  const attributes = `<saml:AttributeStatement><saml:Attribute Name="groups">${values}</saml:Attribute></saml:AttributeStatement>`;
  return (
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${said.assertionId ?? `_${randomUUID()}`}" ` +
    `Version="${version}" IssueInstant="${at(issued)}"><saml:Issuer>${issuer}</saml:Issuer>` +
    `<saml:Subject>${said.subject ?? `${name}${confirmation}`}</saml:Subject>${conditions}${statement}` +
    `${groups.length === 0 ? "" : attributes}</saml:Assertion>`
  );
}
