// The certificate of the console: from files or uploaded, exchanged while the hub runs, and taken back when no browser
// comes back over a new one.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { SecureContextOptions } from "node:tls";
import type { MikroORM } from "@mikro-orm/postgresql";
import { AccessRefusal } from "../../access/access-refusal.ts";
import { HttpCertificate, type HttpCertificateRow } from "../../database/entities/http-certificate.ts";
import { journal } from "../../observe/journal.ts";
import type { HubLog } from "../../observe/log.ts";
import type { Sealer } from "../../secrets/seal.ts";
import { type CertificateFacts, daysLeft, factsOf } from "./certificate-facts.ts";
import { type CertificateTexts, examineCertificate } from "./certificate-material.ts";
import { foundFiles, type TlsFiles } from "./tls-folder.ts";

export interface ConsoleCertificateParts {
  readonly orm: MikroORM;
  readonly sealer: Sealer;
  /** Without `tls` the console speaks plain HTTP. */
  readonly http: { readonly tls?: TlsFiles | undefined };
  readonly log: HubLog;
  readonly trialSeconds?: number;
}

export interface CertificateSight extends CertificateFacts {
  readonly message: string;
}

export interface CertificateTrial {
  readonly fingerprint: string;
  readonly endsAt: Date;
}

/** Other hubs, and files, are looked at so often. */
const LOOK_EVERY_MS = 5_000;
const TRIAL_SECONDS = 60;
const TRIAL_OVER_MS = 50;

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

export class ConsoleCertificate {
  readonly #parts: ConsoleCertificateParts;
  #used: Pair | undefined;
  #usedUntil = new Date(0);
  #isTried = false;
  #trialTimer: NodeJS.Timeout | undefined;
  #apply: ((options: SecureContextOptions) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(parts: ConsoleCertificateParts) {
    this.#parts = parts;
  }

  /** @throws AccessRefusal when HTTPS is wanted and there is nothing to speak it with */
  static async open(parts: ConsoleCertificateParts): Promise<ConsoleCertificate> {
    const one = new ConsoleCertificate(parts);
    if (!parts.http.tls) return one;
    one.#used = await one.#wanted();
    if (!one.#used) {
      const message =
        "http.tls needs certificateFile and keyFile, a folder with them, or a certificate that was uploaded before (PUT /api/certificate).";
      throw new AccessRefusal("access.certificate", message);
    }
    one.#tell();
    return one;
  }

  /** Undefined for plain HTTP. */
  get options(): SecureContextOptions | undefined {
    return this.#used && optionsOf(this.#used);
  }

  /** Calls `apply` whenever another certificate counts, whoever changed it. */
  watch(apply: (options: SecureContextOptions) => void): void {
    if (!this.#used) return;
    this.#apply = apply;
    const again = () => {
      this.#timer = setTimeout(() => {
        void this.look()
          .catch((error: Error) => this.#parts.log.warn("certificate.look-failed", { error: error.name }))
          .then(again);
      }, LOOK_EVERY_MS).unref();
    };
    again();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#trialTimer);
    this.#apply = undefined;
  }

  /** Ends trials that nobody confirmed, and uses what counts now. */
  async look(): Promise<void> {
    const { orm, log } = this.#parts;
    const ended = await orm.em
      .fork()
      .execute<{ fingerprint: string }[]>(
        "update http_certificate set state = 'rolled-back' where state = 'trial' and trial_ends_at < now() returning fingerprint",
      );
    for (const { fingerprint } of ended) {
      log.warn("certificate.rolled-back", { sha256: fingerprint });
      await journal(orm.em.fork(), { event: "certificate.rolled-back", detail: { sha256: fingerprint } });
    }
    // a console that speaks plain HTTP goes on with that until its next start
    if (!this.#parts.http.tls) return;
    const wanted = await this.#wanted().catch((error: Error) => {
      log.warn("certificate.refused", { error: error.message.slice(0, 200) });
      return undefined;
    });
    if (!wanted || wanted.certificate === this.#used?.certificate) return;
    this.#used = wanted;
    this.#apply?.(optionsOf(wanted));
    this.#tell();
  }

  /**
   * @returns when a browser must have come back over it; undefined while the console speaks plain HTTP
   * @throws AccessRefusal
   */
  async upload(texts: CertificateTexts, actor: string): Promise<Date | undefined> {
    const { orm, sealer, trialSeconds = TRIAL_SECONDS } = this.#parts;
    const { certificate, key, leaf } = examineCertificate(texts);
    const onTrial = this.#used !== undefined;
    const trialEndsAt = onTrial ? new Date(Date.now() + trialSeconds * 1000) : null;
    const id = randomUUID();
    await orm.em.fork().transactional(async (em) => {
      const replaced = onTrial ? ["trial"] : ["trial", "current"];
      await em.nativeUpdate(
        HttpCertificate,
        { state: { $in: replaced as ["trial"] } },
        { state: "replaced" },
      );
      await em.insert(HttpCertificate, {
        ...{ id, certificate, sealedKey: sealer.seal(key, placeOf(id)), uploadedBy: actor, trialEndsAt },
        ...({ state: onTrial ? "trial" : "current", fingerprint: leaf.fingerprint256 } as const),
      });
      await journal(em, { event: "certificate.uploaded", actor, detail: { sha256: leaf.fingerprint256 } });
    });
    await this.look();
    if (trialEndsAt) this.#lookAfter(trialSeconds);
    return trialEndsAt ?? undefined;
  }

  /** The certificate that waits for a confirmation. */
  async trial(): Promise<CertificateTrial | undefined> {
    const row = await this.#parts.orm.em.fork().findOne(HttpCertificate, { state: "trial" });
    if (!row?.trialEndsAt || row.trialEndsAt < new Date()) return undefined;
    return { fingerprint: row.fingerprint, endsAt: row.trialEndsAt };
  }

  /** X-020 What was uploaded to a console that speaks plain HTTP, and waits for `http.tls` and a start. */
  async kept(): Promise<CertificateFacts | undefined> {
    if (this.#used) return undefined;
    const row = await this.#parts.orm.em.fork().findOne(HttpCertificate, { state: "current" });
    return row ? factsOf(row.certificate) : undefined;
  }

  /** Whether browsers may be asked to insist on HTTPS. */
  get isSteady(): boolean {
    return this.#used !== undefined && !this.#isTried && this.#usedUntil > new Date();
  }

  #lookAfter(seconds: number): void {
    clearTimeout(this.#trialTimer);
    const look = () =>
      void this.look().catch((error: Error) => {
        this.#parts.log.warn("certificate.look-failed", { error: error.name });
      });
    this.#trialTimer = setTimeout(look, seconds * 1000 + TRIAL_OVER_MS).unref();
  }

  /**
   * Keeps the certificate on trial.
   * @param fingerprint of the certificate that the asking connection was met with
   * @throws AccessRefusal when there is none, or the connection was made over another one
   */
  async confirm(fingerprint: string | undefined, actor: string): Promise<void> {
    await this.#parts.orm.em.fork().transactional(async (em) => {
      const trial = await em.findOne(HttpCertificate, { state: "trial" });
      if (!trial)
        throw new AccessRefusal(
          "access.no-trial",
          "There is no certificate on trial; it may have been taken back.",
        );
      if (trial.fingerprint !== fingerprint) {
        const message = "This connection still uses the certificate of before. Open the page anew.";
        throw new AccessRefusal("access.old-certificate", message);
      }
      await em.nativeUpdate(HttpCertificate, { state: "current" }, { state: "replaced" });
      trial.state = "current";
      await em.flush();
      await journal(em, { event: "certificate.exchanged", actor, detail: { sha256: fingerprint } });
    });
    this.#isTried = false;
  }

  /** X-019 Undefined for plain HTTP. */
  sight(): CertificateSight | undefined {
    if (!this.#used) return undefined;
    const facts = factsOf(this.#used.certificate);
    const { state, expiresAt } = facts;
    const day = expiresAt.toISOString().slice(0, 10);
    const message =
      state === "expired"
        ? `The certificate of the console expired on ${day}. Upload a new one.`
        : `The certificate of the console is valid until ${day}${state === "expiring" ? `, in ${daysLeft(expiresAt)} days` : ""}.`;
    return { ...facts, message };
  }

  /** One on trial, else the one uploaded, else the files. */
  async #wanted(): Promise<Pair | undefined> {
    const { orm, sealer, http } = this.#parts;
    const { tls: files } = http;
    const rows = await orm.em.fork().find(HttpCertificate, { state: { $in: ["trial", "current"] } });
    const isOpen = ({ state, trialEndsAt }: HttpCertificateRow) =>
      state === "trial" && (trialEndsAt ?? 0) > new Date();
    const row = rows.find(isOpen) ?? rows.find(({ state }) => state === "current");
    this.#isTried = row?.state === "trial";
    if (row) return { certificate: row.certificate, key: sealer.open(row.sealedKey, placeOf(row.id)) };
    const found = files && foundFiles(files);
    if (!found) return undefined;
    const read = (file: string) => readFileSync(file, "utf8");
    const { certificateFile, keyFile, caFile, isOld } = found;
    if (isOld && !this.#used)
      this.#parts.log.warn("certificate.old-names", { wanted: "tls_cert.pem, tls_key.pem" });
    const ca = caFile === undefined ? undefined : read(caFile);
    return examineCertificate({ certificate: read(certificateFile), key: read(keyFile), ca }, true);
  }

  #tell(): void {
    const { state, expiresAt, fingerprint } = this.sight()!;
    this.#usedUntil = expiresAt;
    const fields = { expiresAt: expiresAt.toISOString(), sha256: fingerprint };
    if (state === "expired") this.#parts.log.error("certificate.expired", fields);
    else if (state === "expiring") this.#parts.log.warn("certificate.expiring", fields);
    else this.#parts.log.info("certificate.used", fields);
  }
}

const placeOf = (row: string) => ({ table: "http_certificate", row, column: "sealed_key" });

/** X-017 */
const optionsOf = ({ certificate, key }: Pair): SecureContextOptions => ({
  cert: certificate,
  key,
  minVersion: "TLSv1.2",
  ciphers:
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20",
});
