// Encrypts the assertion of a response as identity providers do (xmlenc-core1): with a new AES key, sealed by RSA.
import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from "node:crypto";

const XMLENC = "http://www.w3.org/2001/04/xmlenc#";
const XMLENC11 = "http://www.w3.org/2009/xmlenc11#";
const ASSERTION = /<saml:Assertion[\s\S]*<\/saml:Assertion>/;

export interface Encryption {
  /** PEM of the hub's certificate. */
  readonly certificate: string;
  readonly data?: "aes256-gcm" | "aes128-cbc" | "tripledes-cbc";
  readonly key?: "rsa-oaep-mgf1p" | "rsa-1_5";
}

/** @param xml of a response, its assertion signed or not */
export function withEncryptedAssertion(xml: string, encryption: Encryption): string {
  const [assertion] = ASSERTION.exec(xml) ?? [];
  if (assertion === undefined) throw new Error("no assertion to encrypt");
  return xml.replace(ASSERTION, () => encrypted(assertion, encryption));
}

export function encrypted(plain: string, { certificate, ...how }: Encryption): string {
  const { data = "aes256-gcm", key: sealing = "rsa-oaep-mgf1p" } = how;
  const [cipher, keyBytes, ivBytes] = {
    "aes256-gcm": ["aes-256-gcm", 32, 12],
    "aes128-cbc": ["aes-128-cbc", 16, 16],
    "tripledes-cbc": ["des-ede3-cbc", 24, 8],
  }[data] as [string, number, number];
  const [key, iv] = [randomBytes(keyBytes), randomBytes(ivBytes)];
  const under = createCipheriv(cipher, key, iv);
  const body = Buffer.concat([iv, under.update(plain, "utf8"), under.final()]);
  const tag = "getAuthTag" in under && data === "aes256-gcm" ? tagOf(under) : Buffer.alloc(0);
  const padding = sealing === "rsa-1_5" ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_OAEP_PADDING;
  const sealed = publicEncrypt({ key: createPublicKey(certificate), padding }, key);
  const method = (algorithm: string) => `<xenc:EncryptionMethod Algorithm="${algorithm}"/>`;
  const value = (bytes: Buffer) =>
    `<xenc:CipherData><xenc:CipherValue>${bytes.toString("base64")}</xenc:CipherValue></xenc:CipherData>`;
  return (
    `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><xenc:EncryptedData xmlns:xenc="${XMLENC}" ` +
    `Type="${XMLENC}Element">${method(`${data.endsWith("gcm") ? XMLENC11 : XMLENC}${data}`)}` +
    '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey>' +
    `${method(`${XMLENC}${sealing}`)}${value(sealed)}</xenc:EncryptedKey></ds:KeyInfo>` +
    `${value(Buffer.concat([body, tag]))}</xenc:EncryptedData></saml:EncryptedAssertion>`
  );
}

const tagOf = (cipher: object): Buffer => (cipher as { getAuthTag(): Buffer }).getAuthTag();
