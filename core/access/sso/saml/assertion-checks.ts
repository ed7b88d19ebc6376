// What a signed assertion must say before it lets anybody in (saml-profiles-2.0-os 4.1.4.3), read off the signed bytes.
import { require } from "../sso-refusal.ts";
import { ASSERTION, parsePlainXml } from "./response-shape.ts";
import { all, children, is, type XmlElement } from "./xml.ts";

const BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
const LONGEST_MS = 24 * 3600_000;

export interface Expected {
  readonly issuer: string;
  readonly audience: string;
  /** The address that takes responses. */
  readonly recipient: string;
  readonly inResponseTo: string;
  readonly skewMs: number;
  readonly now: number;
}

export interface AssertionSight {
  readonly id: string;
  readonly nameId: string;
  readonly nameIdFormat: string | undefined;
  readonly sessionIndex: string | undefined;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** Until then it might be shown again. */
  readonly validUntil: Date;
}

/**
 * @param xml the assertion as its signature covers it
 * @throws SsoRefusal
 */
export function checkAssertion(xml: string, expected: Expected): AssertionSight {
  const assertion = parsePlainXml(xml);
  require(is(assertion, ASSERTION, "Assertion"), "no-assertion");
  require(assertion.getAttribute("Version") === "2.0", "wrong-version");
  const id = assertion.getAttribute("ID") ?? "";
  require(id !== "", "no-id");
  require(textOf(one(assertion, "Issuer", "issuer-missing")) === expected.issuer, "wrong-issuer");
  const issued = instant(assertion.getAttribute("IssueInstant"), "issue-instant");
  require(issued <= expected.now + expected.skewMs, "issued-later");
  require(issued >= expected.now - LONGEST_MS, "issued-long-ago");
  const subject = one(assertion, "Subject", "subject-missing");
  const nameId = one(subject, "NameID", "name-missing");
  const nameIdFormat = nameId.getAttribute("Format") || undefined;
  const name = textOf(nameId);
  require(name !== "" && name.length <= 1024, "name-missing");
  require(nameIdFormat !== TRANSIENT, "name-transient");
  const confirmed = requireConfirmation(subject, expected);
  const until = requireConditions(one(assertion, "Conditions", "conditions-missing"), expected);
  const statements = children(assertion).filter((each) => is(each, ASSERTION, "AuthnStatement"));
  require(statements.length === 1, "authentication-missing");
  const ends = statements[0]!.getAttribute("SessionNotOnOrAfter");
  if (ends) require(instant(ends, "session-end") > expected.now - expected.skewMs, "session-over");
  return {
    ...{ id, nameId: name, nameIdFormat },
    sessionIndex: statements[0]!.getAttribute("SessionIndex") || undefined,
    attributes: attributesOf(assertion),
    validUntil: new Date(Math.max(confirmed, until) + expected.skewMs),
  };
}

/** @returns end of the confirmation that fits */
function requireConfirmation(subject: XmlElement, expected: Expected): number {
  const confirmations = children(subject).filter((each) => is(each, ASSERTION, "SubjectConfirmation"));
  const bearers = confirmations.filter((each) => each.getAttribute("Method") === BEARER);
  require(bearers.length === 1, "bearer-missing");
  const data = one(bearers[0]!, "SubjectConfirmationData", "bearer-missing");
  require(data.getAttribute("Recipient") === expected.recipient, "wrong-recipient");
  require(data.getAttribute("InResponseTo") === expected.inResponseTo, "wrong-in-response-to");
  require(!data.hasAttribute("NotBefore"), "bearer-not-before");
  const end = instant(data.getAttribute("NotOnOrAfter"), "bearer-end");
  require(expected.now < end + expected.skewMs, "expired");
  return end;
}

/** @returns when they end */
function requireConditions(conditions: XmlElement, expected: Expected): number {
  const begin = conditions.getAttribute("NotBefore");
  if (begin) require(instant(begin, "not-before") <= expected.now + expected.skewMs, "not-yet");
  const end = conditions.getAttribute("NotOnOrAfter");
  const ends = end ? instant(end, "not-on-or-after") : 0;
  if (end) require(expected.now < ends + expected.skewMs, "expired");
  const known = ["AudienceRestriction", "OneTimeUse", "ProxyRestriction"];
  require(children(conditions).every((each) => known.includes(each.localName)), "unknown-condition");
  const restrictions = children(conditions).filter((each) => is(each, ASSERTION, "AudienceRestriction"));
  require(restrictions.length > 0, "audience-missing");
  for (const restriction of restrictions) {
    const audiences = children(restriction).filter((each) => is(each, ASSERTION, "Audience"));
    require(audiences.some((each) => textOf(each) === expected.audience), "wrong-audience");
  }
  return ends;
}

function attributesOf(assertion: XmlElement): Record<string, string[]> {
  const found: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const attribute of all(assertion).filter((each) => is(each, ASSERTION, "Attribute"))) {
    const name = attribute.getAttribute("Name") ?? "";
    const values = children(attribute).filter((each) => is(each, ASSERTION, "AttributeValue"));
    found[name] = [...(found[name] ?? []), ...values.map(textOf)];
  }
  return found;
}

function one(within: XmlElement, name: string, reason: string): XmlElement {
  const found = children(within).filter((each) => is(each, ASSERTION, name));
  require(found.length === 1, reason);
  return found[0]!;
}

const textOf = (element: XmlElement): string => {
  require(children(element).length === 0, "text-with-elements");
  return (element.textContent ?? "").trim();
};

function instant(value: string | null, reason: string): number {
  require(value && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value), reason);
  const time = Date.parse(value);
  require(!Number.isNaN(time), reason);
  return time;
}
