// Responses that attack a SAML service provider, each with the reason for which the hub must refuse it.
import { signatureAttacks } from "./signature-attacks.ts";
import type { AskedLogin, Saying, TestIdp } from "./test-idp.ts";
import { wrappingAttacks } from "./wrapping-attacks.ts";

export interface HostileResponse {
  readonly reason: string;
  /** @returns base64 */
  readonly make: (idp: TestIdp, login: AskedLogin) => string;
}

export type HostileResponses = Readonly<Record<string, HostileResponse>>;

const HOUR = 3600;
const EVIL = "https://evil.example";
const TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
const HOLDER = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key";
const DENIED = "urn:oasis:names:tc:SAML:2.0:status:Responder";

/** Signed by the right provider; what it says is wrong. */
const SAYINGS: Readonly<Record<string, readonly [reason: string, saying: Saying]>> = {
  "for another audience": ["wrong-audience", { audience: "another-hub" }],
  "for an audience that begins like ours": ["wrong-audience", { audience: "thalamus2" }],
  "for no audience": ["wrong-audience", { conditions: "<saml:Conditions/>" }],
  "without conditions": ["wrong-audience", { conditions: "" }],
  "of another issuer in the assertion": ["wrong-issuer", { issuer: EVIL }],
  "of another issuer on the response": ["wrong-issuer", { responseIssuer: EVIL }],
  "for another recipient": ["wrong-recipient", { recipient: `${EVIL}/api/saml/acs` }],
  "for no recipient": ["wrong-recipient", { recipient: "" }],
  "to another destination": ["wrong-destination", { destination: `${EVIL}/api/saml/acs` }],
  "to a destination that begins like ours": [
    "wrong-destination",
    { destination: "http://127.0.0.1/api/saml/acs/x" },
  ],
  "that nobody asked for": ["unsolicited", { inResponseTo: "" }],
  "to a question that was never asked": ["unknown-request", { inResponseTo: "_never-asked" }],
  "whose assertion answers another question": ["wrong-in-response-to", { confirmedInResponseTo: "_another" }],
  "whose assertion answers no question": ["wrong-in-response-to", { confirmedInResponseTo: "" }],
  "that has expired": ["expired", { ends: -60, begins: -120 }],
  "whose confirmation has expired": ["no-confirmation-holds", { confirmedUntil: -60 }],
  "that is not valid yet": ["expired", { begins: 120 }],
  "issued in the future": ["issued-later", { issued: HOUR }],
  "issued days ago": ["issued-long-ago", { issued: -50 * HOUR }],
  "without a name": ["name-missing", { nameId: "" }],
  "with a name that changes each time": ["name-transient", { nameIdFormat: TRANSIENT }],
  "confirmed by a key instead of the bearer": ["bearer-missing", { method: HOLDER }],
  "without any authentication": ["authentication-missing", { statement: "" }],
  "of a provider that refused": ["provider-refused", { status: DENIED }],
  "with another version in the assertion": ["wrong-version", { version: "1.1" }],
};

export function hostileResponses(otherKey: string): HostileResponses {
  const sayings = Object.entries(SAYINGS).map(([name, [reason, saying]]) => {
    return [name, { reason, make: (idp: TestIdp, login: AskedLogin) => idp.answer(login, saying) }] as const;
  });
  return { ...Object.fromEntries(sayings), ...signatureAttacks(otherKey), ...wrappingAttacks() };
}
