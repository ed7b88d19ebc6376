// Certificate revocation lists (RFC 5280 section 5) as far as the receiver has to know them: until when they hold.
import { Permanent } from "@thalamus/sdk";

/** One list as OpenSSL takes it. Which certificates are on it is OpenSSL's business. */
export interface RevocationList {
  readonly pem: string;
  /** When the next one is due: nextUpdate (RFC 5280 5.1.2.5). */
  readonly nextUpdate: Date;
}

const PEM_LIST = /-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----/g;

const Der = { integer: 0x02, sequence: 0x30, utcTime: 0x17, generalizedTime: 0x18 } as const;

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly rest: Buffer;
}

/** @throws Permanent `dicom-scp.tls-files` when there is none, or one that cannot be read or names no end */
export function revocationListsIn(file: Buffer): [RevocationList, ...RevocationList[]] {
  const blocks = [...file.toString("latin1").matchAll(PEM_LIST)];
  const lists = blocks.map(([pem, base64 = ""]) => {
    return { pem, nextUpdate: nextUpdateOf(Buffer.from(base64, "base64")) };
  });
  const [first, ...rest] = lists;
  if (!first) throw unusable("holds no revocation list in PEM (BEGIN X509 CRL)");
  return [first, ...rest];
}

/**
 * CertificateList ::= SEQUENCE { tbsCertList, … }, tbsCertList ::= SEQUENCE { version INTEGER OPTIONAL,
 * signature SEQUENCE, issuer SEQUENCE, thisUpdate Time, nextUpdate Time OPTIONAL, … } (RFC 5280 5.1)
 */
function nextUpdateOf(der: Buffer): Date {
  const whole = expected(read(der), Der.sequence);
  let element = read(expected(read(whole.content), Der.sequence).content);
  if (element.tag === Der.integer) element = read(element.rest);
  const issuer = expected(read(expected(element, Der.sequence).rest), Der.sequence);
  const thisUpdate = read(issuer.rest);
  timeOf(thisUpdate);
  const nextUpdate = thisUpdate.rest.length === 0 ? undefined : read(thisUpdate.rest);
  if (nextUpdate?.tag !== Der.utcTime && nextUpdate?.tag !== Der.generalizedTime) {
    throw unusable("has a list that does not say when the next one is due");
  }
  return timeOf(nextUpdate);
}

/** A tag and a length in the short form, or the long one with up to four bytes. */
function read(bytes: Buffer): Element {
  const short = bytes[1] ?? 0x80;
  const count = short < 0x80 ? 0 : short & 0x7f;
  const start = 2 + count;
  if (bytes.length < start || count > 4 || short === 0x80) throw broken();
  const length = count === 0 ? short : bytes.readUIntBE(2, count);
  if (start + length > bytes.length) throw broken();
  return {
    tag: bytes.readUInt8(0),
    content: bytes.subarray(start, start + length),
    rest: bytes.subarray(start + length),
  };
}

function expected(element: Element, tag: number): Element {
  if (element.tag !== tag) throw broken();
  return element;
}

/** UTCTime has two digits of the year, 50 and more are of the last century (RFC 5280 4.1.2.5.1). */
function timeOf({ tag, content }: Element): Date {
  const text = content.toString("latin1");
  const century = tag === Der.generalizedTime ? "" : text < "50" ? "20" : "19";
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(century + text) ?? [];
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time.getTime())) throw broken();
  return time;
}

const broken = (): Permanent => unusable("holds a revocation list that cannot be read");

function unusable(what: string): Permanent {
  return new Permanent("dicom-scp.tls-files", `tls.crlFile ${what}`);
}
