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
const XMLENC = "http://www.w3.org/2001/04/xmlenc#";
/** A signature covers the cipher text and is checked before, so nobody can have the hub try out changed ones. */
const DATA_ENCRYPTIONS = ["128", "256"].flatMap((bits) => [
  `http://www.w3.org/2009/xmlenc11#aes${bits}-gcm`,
  `${XMLENC}aes${bits}-cbc`,
]);
const KEY_ENCRYPTION = `${XMLENC}rsa-oaep-mgf1p`;
const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const CANONICAL = "http://www.w3.org/2001/10/xml-exc-c14n#";

export interface ResponseSight {
  readonly response: XmlElement;
  readonly inResponseTo: string;
  readonly responseIsSigned: boolean;
  /** Of one that is encrypted nobody can tell yet: false. */
  readonly assertionIsSigned: boolean;
  readonly isEncrypted: boolean;
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
  const named = (name: string) => all(response).filter((one) => one.localName === name);
  const [plain, encrypted] = [named("Assertion"), named("EncryptedAssertion")];
  require(plain.length === 0 || encrypted.length === 0, "encrypted");
  const assertions = [...plain, ...encrypted];
  require(assertions.length === 1, assertions.length === 0 ? "no-assertion" : "several-assertions");
  const assertion = assertions[0]!;
  require(assertion.namespaceURI === ASSERTION && assertion.parentNode === response, "assertion-elsewhere");
  if (encrypted.length > 0) requirePlainEncryption(assertion);
  requireUniqueIds(response);
  const signatures = all(response).filter((one) => one.localName === "Signature");
  for (const signature of signatures) {
    const parent = signature.parentNode as XmlElement;
    require(parent === response || (parent === assertion && plain.length > 0), "signature-elsewhere");
    requirePlainSignature(signature, parent);
  }
  const signs = (element: XmlElement) => signatures.filter(({ parentNode }) => parentNode === element).length;
  require(signs(response) <= 1 && signs(assertion) <= 1, "several-signatures");
  const inResponseTo = response.getAttribute("InResponseTo") ?? "";
  require(inResponseTo !== "", "unsolicited");
  return {
    ...{ response, inResponseTo, isEncrypted: encrypted.length > 0 },
    responseIsSigned: signs(response) === 1,
    assertionIsSigned: signs(assertion) === 1,
  };
}

/**
 * Looks at an assertion that was encrypted, as at one that was not.
 * @returns whether it is signed itself
 * @throws SsoRefusal
 */
export function lookAtDecrypted(xml: string): boolean {
  const assertion = parsePlainXml(xml);
  requireUniqueIds(assertion);
  const signatures = all(assertion).filter((one) => one.localName === "Signature");
  require(signatures.length <= 1, "several-signatures");
  for (const signature of signatures) {
    require(signature.parentNode === assertion, "signature-elsewhere");
    requirePlainSignature(signature, assertion);
  }
  return signatures.length === 1;
}

/** One key in the data it opens, by algorithms that the library knows; RSA 1.5 is none of them (xmlenc-core1 5.5.1). */
function requirePlainEncryption(encrypted: XmlElement): void {
  const within = (name: string) => all(encrypted).filter((one) => one.localName === name);
  const single = (name: string): XmlElement => {
    const found = within(name);
    require(found.length === 1 && found[0]!.namespaceURI === XMLENC, "encryption-shape");
    return found[0]!;
  };
  const [data, key] = [single("EncryptedData"), single("EncryptedKey")];
  require(data.parentNode === encrypted && key.parentNode?.parentNode === data, "encryption-shape");
  require(within("RetrievalMethod").length === 0 &&
    within("CipherReference").length === 0, "encryption-shape");
  const methods = within("EncryptionMethod").map(
    (one) => [one.parentNode, one.getAttribute("Algorithm")] as const,
  );
  require(methods.length === 2, "encryption-shape");
  const algorithmOf = (parent: XmlElement) => methods.find(([one]) => one === parent)?.[1] ?? "";
  require(DATA_ENCRYPTIONS.includes(algorithmOf(data)), "weak-encryption");
  require(algorithmOf(key) === KEY_ENCRYPTION, "weak-encryption");
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
