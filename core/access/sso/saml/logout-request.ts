// Reads a LogoutRequest of the identity provider: signed with its key, meant for us, new (saml-profiles-2.0-os 4.4).
import { verify } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { require, SsoRefusal } from "../sso-refusal.ts";
import type { SamlIdp } from "./identity-provider.ts";
import { ASSERTION, PROTOCOL, parsePlainXml } from "./response-shape.ts";
import { children, is } from "./xml.ts";

export interface LogoutWish {
  readonly id: string;
  readonly nameId: string;
  readonly sessionIndexes: readonly string[];
}

const LARGEST = 64 * 1024;
const ALGORITHMS: Readonly<Record<string, string>> = {
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": "RSA-SHA256",
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": "RSA-SHA384",
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": "RSA-SHA512",
};

export interface LogoutExpected {
  readonly idp: SamlIdp;
  readonly destination: string;
  readonly skewMs: number;
}

/**
 * HTTP-Redirect: the signature is over the query as it was sent (saml-bindings-2.0-os 3.4.4.1).
 * @param query what follows the question mark, still encoded
 * @throws SsoRefusal
 */
export function readLogoutQuery(query: string, expected: LogoutExpected): LogoutWish {
  const raw = new Map<string, string>();
  for (const part of query.split("&")) {
    const at = part.indexOf("=");
    const name = part.slice(0, at);
    require(!raw.has(name), "doubled-parameter");
    raw.set(name, part.slice(at + 1));
  }
  const value = (name: string) => decode(raw.get(name) ?? "");
  require(raw.get("Signature"), "not-signed");
  const algorithm = ALGORITHMS[value("SigAlg")];
  require(algorithm, "weak-signature");
  const signed = ["SAMLRequest", "RelayState", "SigAlg"]
    .filter((name) => raw.has(name))
    .map((name) => `${name}=${raw.get(name)}`)
    .join("&");
  const signature = Buffer.from(value("Signature"), "base64");
  const holds = expected.idp.certificates.some((pem) =>
    verify(algorithm, Buffer.from(signed), pem, signature),
  );
  require(holds, "bad-signature");
  return readLogoutRequest(inflated(value("SAMLRequest")), expected);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", "%20"));
  } catch (cause) {
    throw new SsoRefusal("encoding", { cause });
  }
}

function inflated(base64: string): string {
  try {
    return inflateRawSync(Buffer.from(base64, "base64"), { maxOutputLength: LARGEST }).toString("utf8");
  } catch (cause) {
    throw new SsoRefusal("no-deflate", { cause });
  }
}

/**
 * @param xml whose signature was checked
 * @throws SsoRefusal
 */
export function readLogoutRequest(xml: string, { idp, destination, skewMs }: LogoutExpected): LogoutWish {
  const root = parsePlainXml(xml);
  require(is(root, PROTOCOL, "LogoutRequest"), "no-logout-request");
  const inside = (name: string, namespace = ASSERTION) =>
    children(root).filter((one) => is(one, namespace, name));
  const text = (name: string) => (inside(name)[0]?.textContent ?? "").trim();
  require(inside("Issuer").length === 1 && text("Issuer") === idp.entityId, "wrong-issuer");
  require(root.getAttribute("Destination") === destination, "wrong-destination");
  const now = Date.now();
  const issued = Date.parse(root.getAttribute("IssueInstant") ?? "");
  require(issued <= now + skewMs && issued >= now - 300_000 - skewMs, "issue-instant");
  const end = root.getAttribute("NotOnOrAfter");
  require(!end || Date.parse(end) + skewMs > now, "expired");
  const id = root.getAttribute("ID") ?? "";
  require(id !== "", "no-id");
  require(inside("NameID").length === 1 && text("NameID") !== "", "name-missing");
  const sessionIndexes = inside("SessionIndex", PROTOCOL).map((one) => (one.textContent ?? "").trim());
  return { id, nameId: text("NameID"), sessionIndexes };
}
