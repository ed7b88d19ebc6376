// Looks at a certificate and a key of the console before they are used: everything that could fail later, in words.
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { AccessRefusal } from "../../access/access-refusal.ts";

export interface CertificateTexts {
  /** PEM; may hold its chain. */
  readonly certificate: string;
  readonly key: string;
  /** PEM of the authorities in between, A-120. */
  readonly ca?: string | undefined;
}

export interface CertificateMaterial {
  /** With its chain. */
  readonly certificate: string;
  readonly key: string;
  readonly leaf: X509Certificate;
}

const BLOCKS = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const SHORTEST_RSA = 2048;

/**
 *
 * @param mayBeExpired for one in use already: an expired console is better than a hub that does not start
 * @throws AccessRefusal `access.certificate` with what is wrong
 */
export function examineCertificate(texts: CertificateTexts, mayBeExpired = false): CertificateMaterial {
  const now = new Date();
  const [leaf, ...between] = certificatesIn(texts.certificate, "certificate");
  const chain = [...between, ...(texts.ca ? certificatesIn(texts.ca, "CA certificate") : [])];
  if (!leaf) throw wrong("the certificate is no PEM (-----BEGIN CERTIFICATE-----)");
  const key = keyIn(texts.key);
  if (!leaf.checkPrivateKey(key)) throw wrong("the key does not belong to the certificate");
  if (leaf.validToDate < now && !mayBeExpired)
    throw wrong(`the certificate expired on ${day(leaf.validToDate)}`);
  if (leaf.validFromDate > now) throw wrong(`the certificate is not valid before ${day(leaf.validFromDate)}`);
  if (leaf.ca) throw wrong("this is the certificate of an authority, not of a server");
  const { modulusLength } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "rsa" && (modulusLength ?? 0) < SHORTEST_RSA) {
    throw wrong(`the key has ${modulusLength} bits; it needs ${SHORTEST_RSA} or more`);
  }
  [leaf, ...chain].reduce((one, next) => {
    if (!one.checkIssued(next) || !one.verify(next.publicKey)) {
      throw wrong("the chain is broken: each certificate must be signed by the one behind it");
    }
    if (next.validToDate < now && !mayBeExpired)
      throw wrong(`a certificate of the chain expired on ${day(next.validToDate)}`);
    return next;
  });
  const certificate = [leaf, ...chain].map(String).join("");
  try {
    createSecureContext({ cert: certificate, key: texts.key });
  } catch (error) {
    throw wrong(`certificate and key cannot be used: ${(error as NodeJS.ErrnoException).code ?? "unusable"}`);
  }
  return { certificate, key: texts.key, leaf };
}

function certificatesIn(pem: string, what: string): X509Certificate[] {
  if (pem.includes("PRIVATE KEY-----")) throw wrong(`in the place of the ${what} stands a private key`);
  try {
    return (pem.match(BLOCKS) ?? []).map((block) => new X509Certificate(block));
  } catch {
    throw wrong(`the ${what} cannot be read`);
  }
}

function keyIn(pem: string): KeyObject {
  if (pem.includes("BEGIN CERTIFICATE")) throw wrong("in the place of the key stands a certificate");
  if (/ENCRYPTED/.test(pem)) throw wrong("the key has a passphrase; give it without");
  try {
    return createPrivateKey(pem);
  } catch {
    throw wrong("the key is no private key in PEM");
  }
}

const day = (date: Date): string => date.toISOString().slice(0, 10);

const wrong = (what: string): AccessRefusal =>
  new AccessRefusal("access.certificate", `The certificate is not used: ${what}.`);
