// Certificates that an identity provider signs with, as people give them: PEM, one behind the other.
import { X509Certificate } from "node:crypto";

const BLOCKS = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const SHORTEST_RSA = 2048;

/** Empty when there is none. */
export const pemBlocks = (pem: string): string[] => pem.match(BLOCKS) ?? [];

/**
 * X-010 Bad certificates are told by their place.
 * @returns undefined for one that can be used
 */
export function certificateProblem(pem: string, index: number): string | undefined {
  const what = `certificate ${index + 1} of the identity provider`;
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    return `${what} is no X.509 certificate in PEM (-----BEGIN CERTIFICATE-----)`;
  }
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  if (asymmetricKeyType !== "rsa") return `${what} has no RSA key`;
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  return bits < SHORTEST_RSA ? `${what} has fewer than ${SHORTEST_RSA} bits` : undefined;
}

/** Whose it is and until when, for people to compare. */
export function certificateWords(pem: string): string {
  const { subject, validTo, fingerprint256 } = new X509Certificate(pem);
  return `${subject.replaceAll("\n", ", ")}, valid until ${validTo}, SHA-256 ${fingerprint256}`;
}
