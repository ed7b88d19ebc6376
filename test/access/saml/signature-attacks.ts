// Responses that are unsigned, signed by somebody else, signed weakly, or changed after they were signed.
import type { HostileResponses } from "./hostile-responses.ts";
import type { Saying, Signing } from "./test-idp.ts";

const MORE = "http://www.w3.org/2001/04/xmldsig-more#";
const DSIG = "http://www.w3.org/2000/09/xmldsig#";
const ENVELOPED = `${DSIG}enveloped-signature`;
const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";
const XML = /<ds:Signature [\s\S]*<\/ds:Signature>/;

const replacing = (found: string | RegExp, by: string) => (xml: string) => {
  if (!(typeof found === "string" ? xml.includes(found) : found.test(xml)))
    throw new Error("nothing to replace");
  return xml.replace(found, by);
};

export function signatureAttacks(otherKey: string): HostileResponses {
  const attacks: Readonly<Record<string, readonly [reason: string, signing: Signing, saying?: Saying]>> = {
    "that is not signed": ["assertion-not-signed", { what: "nothing" }],
    "of which only the response is signed": ["assertion-not-signed", { what: "response" }],
    "signed with another key": ["bad-signature", { key: otherKey }],
    "whose response is signed with another key": [
      "assertion-not-signed",
      { what: "response", key: otherKey },
    ],
    "with the name changed afterwards": ["bad-signature", { after: replacing("ada@", "root@") }],
    "with a group added afterwards": [
      "bad-signature",
      { after: replacing(">readers<", ">imaging-admins<") },
      { groups: ["readers"] },
    ],
    "whose conditions were stretched afterwards": [
      "bad-signature",
      { after: replacing(/NotOnOrAfter="2/g, 'NotOnOrAfter="3') },
    ],
    "whose signature was taken out": ["assertion-not-signed", { after: replacing(XML, "") }],
    "whose signature value is empty": [
      "bad-signature",
      { after: replacing(/<ds:SignatureValue>[^<]+</, "<ds:SignatureValue><") },
    ],
    "signed with SHA-1": ["weak-signature", { algorithm: `${DSIG}rsa-sha1` }],
    "with a digest by SHA-1": ["weak-digest", { digest: `${DSIG}sha1` }],
    "whose signature says it is an HMAC": [
      "weak-signature",
      { after: replacing(`${MORE}rsa-sha256`, `${MORE}hmac-sha256`) },
    ],
    "with a canonical form that keeps comments": [
      "canonicalization",
      { canonical: `${EXCLUSIVE}WithComments` },
    ],
    "with one transform less": ["transforms", { transforms: [ENVELOPED] }],
    "with a transform of another kind": [
      "transforms",
      {
        after: replacing(
          `<ds:Transform Algorithm="${EXCLUSIVE}"`,
          '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"',
        ),
      },
    ],
    "with a comment in the name": [
      "comment",
      { after: replacing("ada@clinic.example", "ada@clinic.example<!-- -->.evil.example") },
    ],
    "with a comment in the name before it was signed": [
      "comment",
      { before: replacing("ada@clinic.example", "ada@clinic.example<!-- -->.evil.example") },
    ],
    "with a document type": ["doctype", { after: (xml) => `<!DOCTYPE r [<!ENTITY a "b">]>${xml}` }],
    "with a processing instruction in the name": [
      "processing-instruction",
      { after: replacing("ada@", "ada@<?x y?>") },
    ],
    "with a CDATA section in the name": ["cdata", { after: replacing("ada@", "<![CDATA[root]]>ada@") }],
    "with elements in the name": [
      "text-with-elements",
      { before: replacing("ada@clinic.example<", "ada@clinic.example<saml:b>x</saml:b><") },
    ],
    "that is no XML": ["no-xml", { after: () => "signed, I promise" }],
    "that goes on after its end": ["no-xml", { after: (xml) => `${xml}${xml}` }],
    "larger than any honest one": ["too-large", { after: (xml) => `${xml}${" ".repeat(200_000)}` }],
  };
  return Object.fromEntries(
    Object.entries(attacks).map(([name, [reason, signing, saying]]) => {
      return [name, { reason, make: (idp, login) => idp.answer(login, saying, signing) }];
    }),
  );
}
