// The certificate of the receiver: read from files, watched there, and exchanged while the receiver runs.
import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { type ListenerHealth, type Log, Permanent } from "@thalamus/sdk";
import { tlsProfileOptions } from "@thalamus/sdk/dicom/net";
import { type RevocationList, revocationListsIn } from "./revocation-list.ts";
import type { TlsSettings } from "./tls-settings.ts";

/** Files are looked at so often: notices of the file system are lost on network and container volumes. */
const LOOK_EVERY_MS = 10_000;
const DAY_MS = 86_400_000;
/** From here on the log and the health say so. */
const SOON_DAYS = 30;

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** One state of the files, proven to work. */
interface Material {
  readonly options: SecureContextOptions;
  readonly certificate: X509Certificate;
  /** With its chain, as it is shown to senders. */
  readonly pem: string;
  /** The first of the revocation lists that ends; undefined without any. */
  readonly listEndsAt: Date | undefined;
  /** Of the content of all files. */
  readonly digest: string;
}

export class ServerCertificate {
  readonly #settings: TlsSettings;
  readonly #log: Log;
  #material: Material;
  #refused: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(settings: TlsSettings, log: Log, material: Material) {
    this.#settings = settings;
    this.#log = log;
    this.#material = material;
    this.#tell("certificate.loaded");
  }

  /** @throws Permanent `dicom-scp.tls-settings` or `dicom-scp.tls-files` */
  static async load(settings: TlsSettings, log: Log): Promise<ServerCertificate> {
    const files = await readFiles(settings);
    return new ServerCertificate(settings, log, examine(settings, files));
  }

  /** For `tls.createServer` and `setSecureContext`. */
  get options(): SecureContextOptions {
    return this.#material.options;
  }

  /** The certificate and its chain in PEM, without the key, whatever else its file holds. */
  get pem(): string {
    return this.#material.pem;
  }

  /** Calls `exchange` whenever the files have changed and work; broken ones are told once and left alone. */
  watch(exchange: (options: SecureContextOptions) => void, everyMs = LOOK_EVERY_MS): void {
    const look = async () => {
      if (await this.#exchanged()) exchange(this.options);
      if (this.#timer) this.#timer = setTimeout(look, everyMs).unref();
    };
    this.#timer = setTimeout(look, everyMs).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  health(): ListenerHealth {
    const { certificate } = this.#material;
    const expiresAt = certificate.validToDate.toISOString();
    const day = expiresAt.slice(0, 10);
    const days = Math.floor(daysLeft(certificate));
    if (days < 0) return { ok: false, message: `The TLS certificate expired on ${day}.`, expiresAt };
    const list = this.#listHealth();
    if (list !== undefined) return { ok: false, message: list, expiresAt };
    if (this.#refused !== undefined) {
      const message = `The new TLS files are not used: ${this.#refused}. The old certificate ends on ${day}.`;
      return { ok: false, message, expiresAt };
    }
    const soon = days < SOON_DAYS ? `, in ${days} days` : "";
    return { ok: true, message: `The TLS certificate is valid until ${day}${soon}.`, expiresAt };
  }

  /** What is wrong with the revocation lists; OpenSSL refuses every client certificate as long as it is. */
  #listHealth(): string | undefined {
    const { listEndsAt } = this.#material;
    if (listEndsAt === undefined || listEndsAt.getTime() > Date.now()) return undefined;
    return (
      `The list of revoked certificates (tls.crlFile) ended on ${listEndsAt.toISOString().slice(0, 16)}Z: ` +
      "senders with a certificate are refused until there is a new one. Fetch it from the authority." +
      (this.#refused === undefined ? "" : ` What is in the file is not used: ${this.#refused}.`)
    );
  }

  /** Whether there is another certificate in use than before. */
  async #exchanged(): Promise<boolean> {
    try {
      const files = await readFiles(this.#settings);
      const digest = digestOf(files);
      if (digest === this.#material.digest) {
        this.#refused = undefined;
        return false;
      }
      const material = examine(this.#settings, files);
      if (daysLeft(material.certificate) < 0) {
        throw new Permanent("dicom-scp.tls-files", "the certificate has expired");
      }
      if (material.listEndsAt !== undefined && material.listEndsAt.getTime() < Date.now()) {
        throw new Permanent("dicom-scp.tls-files", "the list of revoked certificates is out of date");
      }
      this.#material = material;
      this.#refused = undefined;
      this.#tell("certificate.exchanged");
      return true;
    } catch (error) {
      this.#refuse(error instanceof Permanent ? error.message : "the files cannot be checked");
      return false;
    }
  }

  /** Said once for each reason, and not again every few seconds. */
  #refuse(reason: string): void {
    if (reason === this.#refused) return;
    this.#refused = reason;
    this.#log.warn("certificate.refused", { code: "dicom-scp.tls-files", reason });
  }

  #tell(event: string): void {
    const { certificate, listEndsAt } = this.#material;
    const days = daysLeft(certificate);
    const fields = {
      expiresAt: certificate.validToDate.toISOString(),
      sha256: certificate.fingerprint256,
      revocationListEndsAt: listEndsAt?.toISOString(),
    };
    const message = this.#listHealth();
    if (message !== undefined) this.#log.error("certificate.revocation-list-ended", { what: message });
    if (days >= SOON_DAYS) this.#log.info(event, fields);
    else this.#log.warn(event, { ...fields, daysLeft: Math.floor(days) });
  }
}

interface Files {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer | undefined;
  readonly crl: Buffer | undefined;
}

async function readFiles({
  certificateFile,
  keyFile,
  caFile,
  crlFile,
  clientCertificates,
}: TlsSettings): Promise<Files> {
  if (certificateFile === undefined || keyFile === undefined) {
    throw new Permanent("dicom-scp.tls-settings", "TLS needs tls.certificateFile and tls.keyFile");
  }
  if (caFile === undefined && clientCertificates !== "none") {
    throw new Permanent(
      "dicom-scp.tls-settings",
      "client certificates need tls.caFile to be checked against",
    );
  }
  if (crlFile !== undefined && clientCertificates === "none") {
    throw new Permanent(
      "dicom-scp.tls-settings",
      "tls.crlFile is for client certificates, and tls.clientCertificates is none",
    );
  }
  const [cert, key, ca, crl] = await Promise.all([
    readPem("certificateFile", certificateFile),
    readPem("keyFile", keyFile),
    caFile === undefined ? undefined : readPem("caFile", caFile),
    crlFile === undefined ? undefined : readPem("crlFile", crlFile),
  ]);
  return { cert, key, ca, crl };
}

async function readPem(setting: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new Permanent("dicom-scp.tls-files", `tls.${setting} cannot be read: ${reason}`);
  }
}

/** Tries everything that could fail later, when a sender connects. */
function examine(settings: TlsSettings, files: Files): Material {
  const chain = certificatesIn("certificateFile", files.cert);
  const authorities = files.ca && certificatesIn("caFile", files.ca);
  const lists = files.crl && revocationListsIn(files.crl);
  const options = {
    ...tlsProfileOptions(settings.profile),
    cert: files.cert,
    key: files.key,
    ...(settings.keyPassphrase === undefined ? {} : { passphrase: settings.keyPassphrase }),
    ...(authorities ? { ca: authorities.map(String) } : {}),
    // Node.js reads one list of each text, and from now on wants one of every authority
    ...(lists ? { crl: lists.map(({ pem }) => pem) } : {}),
  };
  try {
    createSecureContext(options);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unusable";
    throw new Permanent("dicom-scp.tls-files", `certificate and key cannot be used: ${reason}`);
  }
  return {
    options,
    certificate: chain[0],
    pem: chain.map(String).join(""),
    listEndsAt: lists && firstEnd(lists),
    digest: digestOf(files),
  };
}

/** OpenSSL passes by what it cannot read; an authorities file of which nothing is left would shut all out. */
function certificatesIn(setting: string, pem: Buffer): [X509Certificate, ...X509Certificate[]] {
  const blocks = pem.toString("latin1").match(PEM_CERTIFICATE) ?? [];
  try {
    const [first, ...rest] = blocks.map((block) => new X509Certificate(block));
    if (first) return [first, ...rest];
  } catch {
    // told below
  }
  throw new Permanent("dicom-scp.tls-files", `tls.${setting} holds no readable PEM certificate`);
}

const firstEnd = (lists: readonly RevocationList[]): Date =>
  new Date(Math.min(...lists.map(({ nextUpdate }) => nextUpdate.getTime())));

function digestOf({ cert, key, ca, crl }: Files): string {
  const hash = createHash("sha256");
  for (const file of [cert, key, ca ?? Buffer.alloc(0), crl ?? Buffer.alloc(0)])
    hash.update(`${file.length}:`).update(file);
  return hash.digest("hex");
}

const daysLeft = ({ validToDate }: X509Certificate): number => (validToDate.getTime() - Date.now()) / DAY_MS;
