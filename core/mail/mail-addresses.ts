// Reads lists of mail addresses as people write them, and refuses whatever could become a header of its own.
import { domainToASCII } from "node:url";
import { type MailAddresses, MailError } from "@thalamus/sdk";

export interface MailAddress {
  /** For people; empty where none was given. */
  readonly name: string;
  /** Without quotes or comments; its domain in ASCII (RFC 5891). */
  readonly address: string;
}

export interface ReadAddresses {
  readonly from: MailAddress;
  readonly to: readonly MailAddress[];
  readonly replyTo: MailAddress | undefined;
}

/** A dot-atom (RFC 5322 3.2.3): quoted local parts are legal, rare, and read differently by different servers. */
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const DOMAIN =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const LONGEST_LOCAL_PART = 64;
/** Line ends, controls, direction marks and line separators: nothing of it belongs into a name. */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const MOST_RECIPIENTS = 100;

/** @throws MailError `mail.bad-address`; it says which list and which place, and shows no address */
export function readAddresses({ from, to, replyTo }: MailAddresses): ReadAddresses {
  const [sender, ...more] = readList(from, "The sender");
  if (!sender || more.length > 0) throw refused("The sender", "must be one address");
  const recipients = readList(to, "The list of recipients");
  if (recipients.length === 0) throw refused("The list of recipients", "is empty");
  if (recipients.length > MOST_RECIPIENTS)
    throw refused("The list of recipients", `has more than ${MOST_RECIPIENTS} addresses`);
  const [reply, ...others] = replyTo ? readList(replyTo, "The address for answers") : [];
  if (others.length > 0) throw refused("The address for answers", "must be one address");
  return { from: sender, to: unique(recipients), replyTo: reply };
}

function readList(list: string, what: string): MailAddress[] {
  if (CONTROLS.test(list)) throw refused(what, "has a line end or another control character in it");
  if (list.trim() === "") return [];
  return splitAtCommas(list).map((entry, index) =>
    readAddress(entry.trim(), `${what}, address ${index + 1},`),
  );
}

/** A comma between quotes belongs to a name. */
const splitAtCommas = (list: string): string[] => list.match(/(?:"(?:[^"\\]|\\.)*"|[^,"]|"[^"]*$)+/g) ?? [];

/** `address`, or `name <address>`; a quoted name may have everything in it. */
const MAILBOX = /^(?:(?:"((?:[^"\\]|\\.)*)"|([^"<>@,;:\\()]*))\s*<([^<>\s]+)>|([^<>"\s]+))$/;

function readAddress(entry: string, what: string): MailAddress {
  const [, quoted, plain, inBrackets, alone] = MAILBOX.exec(entry) ?? [];
  const name = quoted?.replaceAll(/\\(.)/g, "$1") ?? plain ?? "";
  const address = inBrackets ?? alone ?? "";
  const at = address.lastIndexOf("@");
  const local = address.slice(0, Math.max(0, at));
  const domain = domainToASCII(address.slice(at + 1)).toLowerCase();
  if (at < 1 || !LOCAL_PART.test(local) || local.length > LONGEST_LOCAL_PART || !DOMAIN.test(domain))
    throw refused(what, 'is no mail address; write name@example.org or "Name" <name@example.org>');
  return { name: name.normalize("NFC").trim(), address: `${local}@${domain}` };
}

const unique = (list: readonly MailAddress[]): MailAddress[] => [
  ...new Map(list.map((one) => [one.address.toLowerCase(), one])).values(),
];

const refused = (what: string, why: string): MailError =>
  new MailError("mail.bad-address", `${what} ${why}.`, { permanent: true });
