// Signature wrapping: a good signature stays where a verifier finds it, and something else where a reader looks.
// (Somorovsky et al., On Breaking SAML: Be Whoever You Want to Be, USENIX Security 2012)
import type { HostileResponses } from "./hostile-responses.ts";
import { type AskedLogin, assertionXml, type TestIdp } from "./test-idp.ts";

const ROOT = "root@clinic.example";
const SIGNED = /<saml:Assertion [\s\S]*<\/saml:Assertion>/;
const SIGNATURE = /<ds:Signature [\s\S]*?<\/ds:Signature>/;

type Wrap = (whole: string, signed: string, evil: string) => string;

/** `whole` is a good response, `signed` its assertion, `evil` one of the attacker's. */
const WRAPS: Readonly<Record<string, readonly [reason: string, wrap: Wrap]>> = {
  "with a second assertion before the signed one": [
    "several-assertions",
    (whole, signed, evil) => whole.replace(signed, evil + signed),
  ],
  "with a second assertion behind the signed one": [
    "several-assertions",
    (whole, signed, evil) => whole.replace(signed, signed + evil),
  ],
  "with the signed assertion in an extension": [
    "several-assertions",
    (whole, signed, evil) => whole.replace(signed, `<samlp:Extensions>${signed}</samlp:Extensions>${evil}`),
  ],
  "with the signed assertion within the other one": [
    "several-assertions",
    (whole, signed, evil) =>
      whole.replace(signed, evil.replace("</saml:Subject>", `</saml:Subject>${signed}`)),
  ],
  "with the signed assertion in an Object of the signature": [
    "several-assertions",
    (whole, signed, evil) => {
      const signature = SIGNATURE.exec(signed)![0];
      const bare = signed.replace(SIGNATURE, "");
      const holding = signature.replace("</ds:Signature>", `<ds:Object>${bare}</ds:Object></ds:Signature>`);
      return whole.replace(signed, evil.replace("</saml:Issuer>", `</saml:Issuer>${holding}`));
    },
  ],
  "with the signature moved to the other assertion": [
    "reference-elsewhere",
    (whole, signed, evil) => {
      const signature = SIGNATURE.exec(signed)![0];
      return whole.replace(signed, evil.replace("</saml:Issuer>", `</saml:Issuer>${signature}`));
    },
  ],
  "with the signature moved to the response": [
    "reference-elsewhere",
    (whole, signed, evil) => {
      const signature = SIGNATURE.exec(signed)![0];
      return whole.replace(signed, evil).replace("</saml:Issuer>", `</saml:Issuer>${signature}`);
    },
  ],
  "with the identifier of the signed assertion on two elements": [
    "ids-not-unique",
    (whole, signed) => {
      const id = / ID="([^"]+)"/.exec(signed)![1]!;
      return whole.replace("<samlp:Status>", `<samlp:Extensions ID="${id}"/><samlp:Status>`);
    },
  ],
  "with the assertion one level deeper": [
    "assertion-elsewhere",
    (whole, signed) => whole.replace(signed, `<samlp:Extensions>${signed}</samlp:Extensions>`),
  ],
  "with an assertion of another namespace": [
    "assertion-elsewhere",
    (whole, signed) =>
      whole.replace(
        signed,
        signed
          .replace("<saml:Assertion xmlns:saml=", '<x:Assertion xmlns:x="urn:x" xmlns:saml=')
          .replace(/<\/saml:Assertion>$/, "</x:Assertion>"),
      ),
  ],
  "with an encrypted assertion beside the signed one": [
    "encrypted",
    (whole, signed) => whole.replace(signed, `<saml:EncryptedAssertion/>${signed}`),
  ],
  "with the response within another root": ["no-response", (whole) => `<evil>${whole}</evil>`],
  "with two signatures on the assertion": [
    "several-signatures",
    (whole, signed) => {
      const signature = SIGNATURE.exec(signed)![0];
      return whole.replace(signature, signature + signature);
    },
  ],
};

export function wrappingAttacks(): HostileResponses {
  return Object.fromEntries(
    Object.entries(WRAPS).map(([name, [reason, wrap]]) => {
      const make = (idp: TestIdp, login: AskedLogin) => {
        const evil = assertionXml(login, { nameId: ROOT, groups: ["imaging-admins"] });
        const after = (whole: string) => wrap(whole, SIGNED.exec(whole)![0], evil);
        return idp.answer(login, {}, { after });
      };
      return [name, { reason, make }];
    }),
  );
}
