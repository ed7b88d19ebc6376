// Encrypted assertions: taken where the response around them is signed, and nothing is decrypted that nobody signed.
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { NEEDS_OPENSSL, TestAuthority } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Encryption, encrypted, withEncryptedAssertion } from "./encrypted-assertion.ts";
import { SamlSite } from "./saml-site.ts";
import type { AskedLogin, Saying, Signing } from "./test-idp.ts";

const DIGEST_OF_OLD = "http://www.w3.org/2000/09/xmldsig#sha1";

interface Attack {
  readonly encryption?: Partial<Encryption>;
  readonly saying?: Saying;
  /** Of the assertion, before it is encrypted. */
  readonly inner?: Signing | "nothing";
  /** Of the response, afterwards. */
  readonly outer?: Signing | "nothing";
  readonly change?: (xml: string) => string;
}

describe.skipIf(NEEDS_OPENSSL !== "")(`an encrypted assertion${NEEDS_OPENSSL}`, () => {
  const authority = new TestAuthority();
  let site: SamlSite;
  let certificate: string;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const otherKey = privateKey.export({ type: "pkcs8", format: "pem" }) as string;

  beforeAll(async () => {
    const { keyFile: privateKeyFile, certificateFile } = authority.sign("hub");
    certificate = readFileSync(certificateFile, "utf8");
    const saml = { privateKeyFile, certificateFile, decryptAssertions: true, requireSignedResponse: true };
    site = await SamlSite.open({}, saml);
  });
  afterAll(async () => {
    await site.close();
    authority[Symbol.dispose]();
  });

  function answer(
    login: AskedLogin,
    { encryption, saying = {}, inner, outer, change = same }: Attack,
  ): string {
    let xml = Buffer.from(site.idp.answer(login, saying, { what: "nothing" }), "base64").toString();
    if (inner !== "nothing") xml = site.idp.signed(xml, "Assertion", inner);
    xml = change(withEncryptedAssertion(xml, { certificate, ...encryption }));
    if (outer !== "nothing") xml = site.idp.signed(xml, "Response", outer);
    const sent = outer === "nothing" || outer?.after === undefined ? xml : outer.after(xml);
    return Buffer.from(sent).toString("base64");
  }

  test.each(["aes256-gcm", "aes128-cbc"] as const)("by %s signs in, with its groups", async (data) => {
    const browser = site.browser();
    const login = await site.ask(browser);
    const saying = { groups: ["imaging-admins"] };
    const next = await site.answer(browser, answer(login, { encryption: { data }, saying }));
    expect(next).toMatch(/^\/api\/sso\/finish/);
    await browser.location(next);
    expect(await browser.whoAmI()).toMatchObject({ role: "admin" });
  });

  test("the metadata has the certificate to encrypt with", async () => {
    const xml = await (await site.browser().fetch("/api/saml/metadata")).text();
    const body = certificate.replaceAll(/-----[A-Z ]+-----|\s/g, "");
    const uses = [...xml.matchAll(/KeyDescriptor use="(\w+)"[\s\S]*?X509Certificate>([^<]+)</g)];
    expect(uses.map(([, use, text]) => [use, text!.replaceAll(/\s/g, "") === body])).toEqual([
      ["signing", true],
      ["encryption", true],
    ]);
  });

  const flipped = (xml: string) =>
    xml.replace(
      /(<\/ds:KeyInfo><xenc:CipherData><xenc:CipherValue>.{40})(.)/,
      (_, before: string, one: string) => {
        return `${before}${one === "A" ? "B" : "A"}`;
      },
    );
  const ATTACKS: Readonly<Record<string, readonly [reason: string, attack: Attack]>> = {
    "in a response that nobody signed": ["response-not-signed", { outer: "nothing" }],
    "in a response signed with another key": ["bad-signature", { outer: { key: otherKey } }],
    "with other bytes, afterwards": ["bad-signature", { outer: { after: flipped } }],
    "with other bytes, as by its provider": ["not-valid", { change: flipped }],
    "that is not signed itself": ["bad-signature", { inner: "nothing" }],
    "that is signed itself with another key": ["bad-signature", { inner: { key: otherKey } }],
    "that is signed itself with a digest by SHA-1": ["weak-digest", { inner: { digest: DIGEST_OF_OLD } }],
    "for another audience": ["wrong-audience", { saying: { audience: "another-hub" } }],
    "for another recipient": ["wrong-recipient", { saying: { recipient: "https://evil.example/acs" } }],
    "whose key is sealed by RSA 1.5": ["weak-encryption", { encryption: { key: "rsa-1_5" } }],
    "by triple DES": ["weak-encryption", { encryption: { data: "tripledes-cbc" } }],
    "beside another one": [
      "several-assertions",
      {
        change: (xml) =>
          xml.replace("<saml:EncryptedAssertion", (tag) => encrypted("<a/>", { certificate }) + tag),
      },
    ],
    "whose key stands elsewhere": [
      "encryption-shape",
      {
        change: (xml) =>
          xml.replace("<xenc:EncryptedKey>", '<ds:RetrievalMethod URI="#k"/><xenc:EncryptedKey>'),
      },
    ],
  };

  test.each(Object.entries(ATTACKS))("is refused %s", async (_, [reason, attack]) => {
    const browser = site.browser();
    const login = await site.ask(browser);
    const where = await site.answer(browser, answer(login, attack));
    expect(await site.reasonOf(where)).toBe(reason);
    expect(await browser.whoAmI()).toBeUndefined();
  });

  test("counts without a signature of its own where the settings say so, and one that is there must hold", async () => {
    const keys = authority.sign("hub");
    const saml = {
      privateKeyFile: keys.keyFile,
      certificateFile: keys.certificateFile,
      decryptAssertions: true,
    };
    const other = await SamlSite.open(
      {},
      { ...saml, requireSignedResponse: true, requireSignedAssertions: false },
    );
    const own = readFileSync(keys.certificateFile, "utf8");
    const tried = async (sign: (xml: string) => string) => {
      const login = await other.ask(other.browser());
      const xml = Buffer.from(other.idp.answer(login, {}, { what: "nothing" }), "base64").toString();
      const whole = other.idp.signed(withEncryptedAssertion(sign(xml), { certificate: own }), "Response");
      return other.answer(other.browser(), Buffer.from(whole).toString("base64"));
    };
    expect(await tried(same)).toMatch(/finish/);
    expect(await tried((xml) => other.idp.signed(xml, "Assertion"))).toMatch(/finish/);
    const forged = await tried((xml) => other.idp.signed(xml, "Assertion", { key: otherKey }));
    expect(await other.reasonOf(forged)).toBe("bad-signature");
    await other.close();
  });

  test("is refused by a hub that was not set up for it", async () => {
    const other = await SamlSite.open();
    const browser = other.browser();
    const xml = Buffer.from(other.idp.answer(await other.ask(browser)), "base64").toString();
    const sealed = other.idp.signed(withEncryptedAssertion(xml, { certificate }), "Response");
    const where = await other.answer(browser, Buffer.from(sealed).toString("base64"));
    expect(await other.reasonOf(where)).toBe("encrypted");
    await other.close();
  });
});

const same = (xml: string): string => xml;
