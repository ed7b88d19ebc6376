// What people want to know of a certificate: whose, by whom, for which names, until when.
import { X509Certificate } from "node:crypto";
import { AccessRefusal } from "../../access/access-refusal.ts";
import { type CertificateTexts, examineCertificate } from "./certificate-material.ts";

export interface CertificateFacts {
  readonly state: "valid" | "expiring" | "expired";
  readonly beginsAt: Date;
  readonly expiresAt: Date;
  readonly subject: string;
  readonly issuer: string;
  readonly names: string;
  /** SHA-256 */
  readonly fingerprint: string;
}

/** What a certificate is worth before it is used. */
export interface CertificateCheck {
  readonly ok: boolean;
  /** Why it would be refused. */
  readonly problem?: string;
  /** As far as the certificate can be read. */
  readonly facts?: CertificateFacts;
  /** Subjects from the certificate on, as far as they were given. */
  readonly chain: readonly string[];
  /** Things that work here and may not work elsewhere. */
  readonly warnings: readonly string[];
}

const SOON_DAYS = 30;
const DAY_MS = 86_400_000;

export const daysLeft = (expiresAt: Date): number => Math.floor((expiresAt.getTime() - Date.now()) / DAY_MS);

/** @param pem the certificate, with or without its chain */
export function factsOf(pem: string): CertificateFacts {
  const leaf = new X509Certificate(pem);
  const days = daysLeft(leaf.validToDate);
  return {
    state: days < 0 ? "expired" : days < SOON_DAYS ? "expiring" : "valid",
    beginsAt: leaf.validFromDate,
    expiresAt: leaf.validToDate,
    subject: oneLine(leaf.subject),
    issuer: oneLine(leaf.issuer),
    names: (leaf.subjectAltName ?? "").replaceAll(/DNS:|IP Address:/g, ""),
    fingerprint: leaf.fingerprint256,
  };
}

const oneLine = (name: string): string => name.replaceAll("\n", ", ");

export function checkCertificate(texts: CertificateTexts): CertificateCheck {
  const facts = readable(() => factsOf(texts.certificate));
  const chain = readable(() => subjectsIn(`${texts.certificate}\n${texts.ca ?? ""}`)) ?? [];
  const about = { ...(facts ? { facts } : {}), chain };
  try {
    const { leaf } = examineCertificate(texts);
    const own = leaf.checkIssued(leaf);
    const warnings = [
      ...(own ? ["It is self-signed: browsers do not trust it until it is installed in them."] : []),
      ...(!own && chain.length === 1
        ? [
            "No certificate of an authority in between was given: browsers that do not have it refuse the hub.",
          ]
        : []),
      ...(facts?.names === "" ? ["It names no host, so no browser accepts it."] : []),
      ...(facts?.state === "expiring" ? [`It ends in ${daysLeft(facts.expiresAt)} days.`] : []),
    ];
    return { ok: true, ...about, warnings };
  } catch (error) {
    if (!(error instanceof AccessRefusal)) throw error;
    return { ok: false, problem: error.message, ...about, warnings: [] };
  }
}

function subjectsIn(pem: string): string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => oneLine(new X509Certificate(block).subject));
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
