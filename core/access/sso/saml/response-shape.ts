// Looks at a SAML response before its signature is: one shape is taken, and whatever a wrapping attack needs is refused.
import { require } from "../sso-refusal.ts";
import { all, children, is, parseXml, type XmlElement } from "./xml.ts";

export const PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol";
export const ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion";
const XMLDSIG = "http://www.w3.org/2000/09/xmldsig#";
const SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success";
const LARGEST = 256 * 1024;

/** RSA with SHA-2; no SHA-1, and no HMAC, for which a public certificate might pass as the secret. */
const SIGNATURES = ["256", "384", "512"].map(
  (bits) => `http://www.w3.org/2001/04/xmldsig-more#rsa-sha${bits}`,
);
const DIGESTS = [
  "http://www.w3.org/2001/04/xmlenc#sha256",
  "http://www.w3.org/2001/04/xmldsig-more#sha384",
  "http://www.w3.org/2001/04/xmlenc#sha512",
];
const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const CANONICAL = "http://www.w3.org/2001/10/xml-exc-c14n#";

export interface ResponseSight {
  readonly response: XmlElement;
  readonly assertion: XmlElement;
  readonly inResponseTo: string;
  readonly responseIsSigned: boolean;
  readonly assertionIsSigned: boolean;
}

/** @throws SsoRefusal */
export function lookAtResponse(base64: string): ResponseSight {
  const response = parseSaml(base64);
  require(response.namespaceURI === PROTOCOL && response.localName === "Response", "no-response");
  require(response.getAttribute("Version") === "2.0", "wrong-version");
  const inside = children(response);
  const status = inside.filter((one) => is(one, PROTOCOL, "Status"));
  require(status.length === 1, "no-status");
  const [code] = children(status[0]!).filter((one) => is(one, PROTOCOL, "StatusCode"));
  require(code?.getAttribute("Value") === SUCCESS, "provider-refused");
  require(!all(response).some((one) => one.localName === "EncryptedAssertion"), "encrypted");
  const assertions = all(response).filter((one) => one.localName === "Assertion");
  require(assertions.length === 1, assertions.length === 0 ? "no-assertion" : "several-assertions");
  const [assertion] = assertions;
  require(is(assertion!, ASSERTION, "Assertion") &&
    assertion!.parentNode === response, "assertion-elsewhere");
  requireUniqueIds(response);
  const signatures = all(response).filter((one) => one.localName === "Signature");
  for (const signature of signatures) {
    const parent = signature.parentNode as XmlElement;
    require(parent === response || parent === assertion, "signature-elsewhere");
    requirePlainSignature(signature, parent);
  }
  const signs = (element: XmlElement) => signatures.filter(({ parentNode }) => parentNode === element).length;
  require(signs(response) <= 1 && signs(assertion!) <= 1, "several-signatures");
  const inResponseTo = response.getAttribute("InResponseTo") ?? "";
  require(inResponseTo !== "", "unsolicited");
  return {
    ...{ response, assertion: assertion!, inResponseTo },
    responseIsSigned: signs(response) === 1,
    assertionIsSigned: signs(assertion!) === 1,
  };
}

/** @throws SsoRefusal for anything but plain elements, attributes and text */
export function parseSaml(base64: string): XmlElement {
  require(base64.length <= LARGEST, "too-large");
  require(/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(base64), "no-base64");
  const bytes = Buffer.from(base64, "base64");
  const xml = bytes.toString("utf8");
  require(Buffer.from(xml, "utf8").equals(bytes), "no-utf8");
  return parsePlainXml(xml);
}

export function parsePlainXml(xml: string): XmlElement {
  require(!/<!(DOCTYPE|ENTITY|ELEMENT|ATTLIST)/i.test(xml), "doctype");
  // a comment splits a text in two: admin@site<!---->.evil.example (CVE-2018-0489 and others)
  require(!xml.includes("<!--"), "comment");
  require(!xml.includes("<![CDATA["), "cdata");
  require(!/<\?(?!xml\s)/i.test(xml), "processing-instruction");
  const root = parseXml(xml);
  require(root, "no-xml");
  return root;
}

function requireUniqueIds(root: XmlElement): void {
  const ids = [root, ...all(root)].flatMap((one) =>
    ["ID", "Id", "id"].flatMap((name) => (one.hasAttribute(name) ? [one.getAttribute(name)] : [])),
  );
  require(new Set(ids).size === ids.length, "ids-not-unique");
}

/** One reference to the element it stands in, two transforms at most, nothing else (saml-core 5.4). */
function requirePlainSignature(signature: XmlElement, parent: XmlElement): void {
  require(signature.namespaceURI === XMLDSIG, "signature-namespace");
  const within = (name: string) => all(signature).filter((one) => is(one, XMLDSIG, name));
  require(within("Object").length === 0 && within("Manifest").length === 0, "signature-object");
  const references = within("Reference");
  require(references.length === 1, "references");
  const id = parent.getAttribute("ID") ?? "";
  require(id !== "" && references[0]!.getAttribute("URI") === `#${id}`, "reference-elsewhere");
  const algorithm = (name: string) => within(name).map((one) => one.getAttribute("Algorithm") ?? "");
  const only = (name: string, allowed: readonly string[], reason: string) => {
    const found = algorithm(name);
    require(found.length === 1 && allowed.includes(found[0]!), reason);
  };
  only("SignatureMethod", SIGNATURES, "weak-signature");
  only("DigestMethod", DIGESTS, "weak-digest");
  only("CanonicalizationMethod", [CANONICAL], "canonicalization");
  const transforms = algorithm("Transform");
  const known = transforms.every((one) => one === ENVELOPED || one === CANONICAL);
  require(known && transforms.length === 2 && new Set(transforms).size === 2, "transforms");
}
