// Certificates for tests of TLS, made by openssl: an authority, and what it signs.
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether openssl is installed; tests that need it are skipped, and say so, when it is not. */
export const hasOpenssl = isInstalled();

/** Name of a test that needs openssl. */
export const NEEDS_OPENSSL = hasOpenssl
  ? ""
  : " (SKIPPED: openssl is not installed, apt-get install openssl)";

const DAY_MS = 86_400_000;

const CONFIG = `[req]
distinguished_name = name
prompt = no
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
`;

export interface CertificateFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface LeafOptions {
  /** As `subjectAltName` has it: `DNS:scanner.local,IP:10.1.2.3`. */
  readonly alternativeNames?: string;
  readonly days?: number;
  /** Encrypts the private key. */
  readonly passphrase?: string;
  /** Instead of RSA with 2048 bits. */
  readonly curve?: string;
}

/** An authority in a folder of its own under the temporary folder. */
export class TestAuthority implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "certificates-"));
  /** What others trust the authority by. */
  readonly caFile = join(this.folder, "ca.pem");
  readonly #keyFile = join(this.folder, "ca.key");
  #count = 0;

  constructor(commonName = "Test Authority") {
    const config = this.#write("openssl.cnf", CONFIG);
    const subject = ["-subj", `/CN=${commonName}`, "-config", config, "-extensions", "authority"];
    const key = ["-newkey", "rsa:2048", "-nodes", "-keyout", this.#keyFile];
    openssl("req", "-x509", ...key, "-out", this.caFile, "-days", "30", ...subject);
  }

  /** Signs a certificate with a key of its own. */
  sign(commonName: string, options: LeafOptions = {}): CertificateFiles {
    this.#count += 1;
    const at = (ending: string) => join(this.folder, `${this.#count}.${ending}`);
    const { alternativeNames = "DNS:localhost,IP:127.0.0.1", days = 30, passphrase, curve } = options;
    const algorithm = curve
      ? ["-newkey", "ec", "-pkeyopt", `ec_paramgen_curve:${curve}`]
      : ["-newkey", "rsa:2048"];
    const secrecy = passphrase === undefined ? ["-nodes"] : ["-passout", `pass:${passphrase}`];
    const subject = ["-subj", `/CN=${commonName}`, "-config", join(this.folder, "openssl.cnf")];
    openssl("req", "-new", ...algorithm, ...secrecy, "-keyout", at("key"), "-out", at("csr"), ...subject);
    const extensions = this.#write(
      `${this.#count}.ext`,
      `basicConstraints = CA:FALSE\nsubjectAltName = ${alternativeNames}\nextendedKeyUsage = serverAuth, clientAuth\n`,
    );
    const authority = ["-CA", this.caFile, "-CAkey", this.#keyFile, "-set_serial", String(this.#count)];
    const term = ["-days", String(days), "-sha256", "-extfile", extensions];
    openssl("x509", "-req", "-in", at("csr"), "-out", at("pem"), ...authority, ...term);
    return { certificateFile: at("pem"), keyFile: at("key") };
  }

  /**
   * Writes the list of revoked certificates of this authority.
   * @param revoked of its own
   * @param days until the next list is due; less than none for one that is out of date
   */
  revoke(revoked: readonly CertificateFiles[], days = 7): string {
    this.#count += 1;
    const database = join(this.folder, `${this.#count}.index`);
    const serials = revoked.map(({ certificateFile }) =>
      new X509Certificate(readFileSync(certificateFile)).serialNumber.padStart(2, "0"),
    );
    const lines = serials.map(
      (serial) => `R\t491231235959Z\t240101000000Z\t${serial}\tunknown\t/CN=revoked\n`,
    );
    writeFileSync(database, lines.join(""));
    const config = this.#write(
      `${this.#count}.cnf`,
      `[ca]\ndefault_ca = this\n[this]\ndatabase = ${database}\ndefault_md = sha256\n`,
    );
    const list = join(this.folder, `${this.#count}.crl`);
    const at = (when: number) => new Date(when).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
    const term = [Date.now() - 30 * DAY_MS, Date.now() + days * DAY_MS].map(at);
    const times = ["-crl_lastupdate", term[0]!, "-crl_nextupdate", term[1]!];
    const authority = ["-cert", this.caFile, "-keyfile", this.#keyFile];
    openssl("ca", "-gencrl", "-config", config, ...authority, ...times, "-out", list);
    return list;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
}

function isInstalled(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
