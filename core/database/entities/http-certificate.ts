// Certificates of the console that were uploaded: the one in use, one on trial, and those before.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

export const CERTIFICATE_STATES = ["trial", "current", "replaced", "rolled-back"] as const;

export const HttpCertificate = defineEntity({
  name: "HttpCertificate",
  tableName: "http_certificate",
  properties: {
    id: p.uuid().primary(),
    state: p.enum(CERTIFICATE_STATES),
    /** PEM, with its chain. */
    certificate: p.text(),
    /** PEM, sealed. */
    sealedKey: p.text(),
    /** SHA-256 of the certificate, as Node prints it. */
    fingerprint: p.string().length(100),
    uploadedBy: p.string(),
    createdAt: p.datetime(6).defaultRaw("now()"),
    /** A browser has to come back over it until then. */
    trialEndsAt: p.datetime(6).nullable(),
  },
});

export type HttpCertificateRow = InferEntity<typeof HttpCertificate>;
