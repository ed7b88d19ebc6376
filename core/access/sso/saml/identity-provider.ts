// What the hub knows of a SAML identity provider: who it is, where people sign in and out, and what it signs with.
import { certificateProblem } from "./idp-certificates.ts";
import { parseXml, type XmlElement } from "./xml.ts";

export interface SamlIdp {
  readonly entityId: string;
  readonly ssoUrl: string;
  readonly sloUrl: string | undefined;
  /** PEM; what was signed with any of them counts. */
  readonly certificates: readonly string[];
}

const METADATA = "urn:oasis:names:tc:SAML:2.0:metadata";
const XMLDSIG = "http://www.w3.org/2000/09/xmldsig#";
const REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const LARGEST = 2_000_000;

/**
 * Reads the metadata of an identity provider (saml-metadata-2.0-os).
 * @throws Error that says what is missing
 */
export function readIdpMetadata(xml: string): SamlIdp {
  const root = parseMetadata(xml);
  const descriptors = elements(root, METADATA, "IDPSSODescriptor");
  if (descriptors.length !== 1) {
    throw new Error(`the metadata describes ${descriptors.length} identity providers; there must be one`);
  }
  const [descriptor] = descriptors;
  const entity = descriptor!.parentNode as XmlElement;
  const entityId = entity.getAttribute("entityID") ?? "";
  if (entityId === "") throw new Error("the metadata has no entityID");
  const place = (name: string) =>
    elements(descriptor!, METADATA, name)
      .find((one) => one.getAttribute("Binding") === REDIRECT)
      ?.getAttribute("Location") ?? undefined;
  const ssoUrl = place("SingleSignOnService");
  if (ssoUrl === undefined) throw new Error("the metadata has no SingleSignOnService for HTTP-Redirect");
  const certificates = elements(descriptor!, METADATA, "KeyDescriptor")
    .filter((one) => (one.getAttribute("use") || "signing") === "signing")
    .flatMap((one) => elements(one, XMLDSIG, "X509Certificate"))
    .map((one) => toPem(one.textContent ?? ""));
  return checkedIdp({ entityId, ssoUrl, sloUrl: place("SingleLogoutService"), certificates });
}

/** @throws Error that names the certificate or the address that cannot be used */
export function checkedIdp(idp: SamlIdp): SamlIdp {
  if (idp.certificates.length === 0) throw new Error("there is no certificate that signs assertions");
  const problem = idp.certificates.map(certificateProblem).find((one) => one !== undefined);
  if (problem !== undefined) throw new Error(problem);
  for (const url of [idp.ssoUrl, idp.sloUrl]) {
    if (url !== undefined && !isSafeUrl(url)) throw new Error(`${url} must begin with https://`);
  }
  return idp;
}

/** http is for tests and proxies on this machine. */
export function isSafeUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1"].includes(hostname));
}

function parseMetadata(xml: string): XmlElement {
  if (xml.length > LARGEST) throw new Error("the metadata is too large");
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) throw new Error("the metadata holds a document type");
  const root = parseXml(xml);
  if (!root) throw new Error("the metadata is no XML");
  return root;
}

const elements = (within: XmlElement, namespace: string, name: string): XmlElement[] =>
  Array.from(within.getElementsByTagNameNS(namespace, name));

function toPem(base64: string): string {
  const lines = base64.replaceAll(/\s/g, "").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
