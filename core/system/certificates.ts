// The certificates of this hub and when they expire: the console's, and those of listeners.
import { X509Certificate } from "node:crypto";
import type { ListenerSight } from "../http/routes/system-routes.ts";
import type { CertificateSight } from "../http/tls/console-certificate.ts";

export interface CertificateLine {
  /** `Console`, or the plugin entry that listens with it. */
  readonly usedBy: string;
  readonly subject: string;
  readonly expiresAt: Date;
  readonly daysLeft: number;
  readonly state: "valid" | "expiring" | "expired";
}

const SOON_DAYS = 30;
const DAY_MS = 86_400_000;

export function certificateLines(
  console: Pick<CertificateSight, "subject" | "expiresAt"> | undefined,
  listeners: readonly Pick<ListenerSight, "name" | "certificate">[],
  now = new Date(),
): CertificateLine[] {
  const own = console ? [lineOf("Console", console.subject, console.expiresAt, now)] : [];
  const others = listeners.flatMap(({ name, certificate }) => {
    if (certificate === undefined) return [];
    const { subject, validToDate } = new X509Certificate(certificate);
    return [lineOf(name, subject, validToDate, now)];
  });
  return [...own, ...others];
}

function lineOf(usedBy: string, subject: string, expiresAt: Date, now: Date): CertificateLine {
  const daysLeft = Math.floor((expiresAt.getTime() - now.getTime()) / DAY_MS);
  const state = daysLeft < 0 ? "expired" : daysLeft < SOON_DAYS ? "expiring" : "valid";
  return { usedBy, subject: subject.replaceAll("\n", ", "), expiresAt, daysLeft, state };
}
