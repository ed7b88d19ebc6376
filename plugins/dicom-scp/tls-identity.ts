// Who a sender is by its client certificate: the names in it, and its fingerprint.
import type { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** A client certificate that an authority of ours has signed. */
export interface TlsIdentity {
  /** Common name, else the first alternative name, else the fingerprint; printable ASCII. */
  readonly name: string;
  /** Whether a setting means this certificate. */
  matches(wanted: string): boolean;
}

const FINGERPRINT = /^(?:sha-?256[:= ]?)?((?:[0-9a-f]{2}:?){31}[0-9a-f]{2})$/i;
const LONGEST_NAME = 128;

/** The identity of the other side; undefined without TLS, or without a certificate that could be verified. */
export function identityOf(socket: Socket): TlsIdentity | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const certificate = socket.getPeerX509Certificate();
  return certificate && identityOfCertificate(certificate);
}

export function identityOfCertificate(certificate: X509Certificate): TlsIdentity {
  const fingerprint = bare(certificate.fingerprint256);
  const names = [...commonNames(certificate), ...alternativeNames(certificate.subjectAltName ?? "")];
  const known = new Set(names.map((name) => name.toLowerCase()));
  return {
    name: printable(names[0] ?? fingerprint),
    matches: (wanted) => {
      const asked = FINGERPRINT.exec(wanted.trim())?.[1];
      return asked === undefined
        ? known.has(wanted.trim().toLowerCase())
        : bare(asked) === fingerprint || known.has(wanted.trim().toLowerCase());
    },
  };
}

function commonNames(certificate: X509Certificate): string[] {
  // typed as one text, but a subject can hold several
  const { CN: found } = certificate.toLegacyObject().subject as { CN?: string | string[] };
  return found === undefined ? [] : [found].flat();
}

/**
 * Values of `DNS:scanner.local, IP Address:10.1.2.3, URI:urn:x`. Node.js puts a value that holds a comma or a
 * quote into JSON quotes, so that no value can pass for two.
 */
export function alternativeNames(text: string): string[] {
  const names: string[] = [];
  for (const [, quoted, plain] of text.matchAll(/[A-Za-z ]+:(?:("(?:[^"\\]|\\.)*")|([^,]*))(?:, |$)/g)) {
    const name = quoted === undefined ? plain : (JSON.parse(quoted) as string);
    if (name !== undefined && name !== "") names.push(name);
  }
  return names;
}

const bare = (fingerprint: string): string => fingerprint.replaceAll(":", "").toLowerCase();

const printable = (name: string): string => name.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, LONGEST_NAME);
