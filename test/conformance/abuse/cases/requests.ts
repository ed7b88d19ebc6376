// Association requests whose parts are wrong, hostile, or more than anybody needs.
import { PduType } from "@thalamus/sdk/dicom/net";
import { ECHO_CONTEXT, MR_CONTEXT, storeCommand } from "../../../../plugins/dicom-scp/testing/raw-sender.ts";
import { testObject } from "../../../../plugins/dicom-scp/testing/test-object.ts";
import type { Attack } from "../attack.ts";
import { noise } from "../noise.ts";
import {
  applicationContext,
  CONTEXTS,
  command,
  context,
  dataOf,
  ECHO,
  item,
  maxLength,
  pdu,
  request,
  requestOfUser,
  userInformation,
} from "../wire.ts";

const opened = (name: string, opening: Buffer, ends: Attack["ends"]): Attack => ({ name, opening, ends });
/** A request that is odd but no reason to refuse; then a C-ECHO is answered. */
const echoed = (name: string, opening: Buffer): Attack => {
  return { name, opening, bytes: command(ECHO), answers: [0], ends: "served" };
};
const items = (...list: readonly Buffer[]) => request({ items: [applicationContext(), ...list] });
const odd = (count: number) => Array.from({ length: count }, (_, index) => 2 * index + 1);

const CONTEXT_LISTS: readonly Attack[] = [
  opened("no presentation context", items(userInformation(maxLength(16_384))), "aborted"),
  echoed(
    "128 presentation contexts",
    items(
      ...CONTEXTS,
      ...odd(128)
        .slice(2)
        .map((id) => context(id)),
    ),
  ),
  opened("an even context id", items(context(2)), "aborted"),
  opened("context id 0", items(context(0)), "aborted"),
  opened("two contexts with one id", items(context(1), context(1)), "aborted"),
  opened(
    "64 KB of contexts",
    items(...Array.from({ length: 7000 }, (_, n) => item(0x20, Buffer.from([n & 255, 0, 0, 0])))),
    "aborted",
  ),
  opened("a context without a body", items(item(0x20, Buffer.alloc(0))), "aborted"),
  opened(
    "a context of noise",
    items(item(0x20, Buffer.concat([Buffer.from([1, 0, 0, 0]), noise(2, 999)]))),
    "aborted",
  ),
  echoed(
    "a context with 1,000 transfer syntaxes",
    items(
      ...CONTEXTS,
      context(
        5,
        "1.2.3",
        Array.from({ length: 1000 }, (_, n) => `1.2.840.10008.1.2.4.${n}`),
      ),
    ),
  ),
  echoed("an abstract syntax of 60,000 characters", items(...CONTEXTS, context(5, "1.".repeat(30_000)))),
  echoed("an abstract syntax that is a path", items(...CONTEXTS, context(5, "../../../etc/passwd"))),
  {
    name: "contexts of which none is accepted, and data on one of them",
    opening: items(context(1, "1.2.840.10008.5.1.4.1.2.2.1")),
    bytes: dataOf(Buffer.alloc(10)),
    ends: "aborted",
  },
];

const ITEMS: readonly Attack[] = [
  opened("an item that ends beyond the request", items(item(0x20, Buffer.alloc(4), 0xffff)), "aborted"),
  opened("half the head of an item", items(Buffer.from([0x10, 0])), "aborted"),
  opened(
    "a sub-item that ends beyond its item",
    items(item(0x20, Buffer.concat([Buffer.from([1, 0, 0, 0]), item(0x30, "1.2", 200)]))),
    "aborted",
  ),
  echoed(
    "60 KB of items nobody knows",
    items(...CONTEXTS, ...Array.from({ length: 60 }, (_, n) => item(0x90 + (n % 16), noise(n, 1000)))),
  ),
  opened("no application context", request({ items: [...CONTEXTS] }), "rejected"),
  opened(
    "another application context",
    request({ items: [applicationContext("1.2.3"), ...CONTEXTS] }),
    "rejected",
  ),
  opened(
    "an application context of noise",
    request({ items: [item(0x10, noise(3, 500)), ...CONTEXTS] }),
    "rejected",
  ),
  opened("protocol version 0", request({ version: 0 }), "rejected"),
  opened("protocol version 2", request({ version: 2 }), "rejected"),
  echoed("protocol version 1 among all others", request({ version: 0xffff })),
  { name: "a second request in an association", bytes: request(), ends: "aborted" },
];

/** AE titles nobody should log or keep as they are; each sender is served and its object stored. */
const TITLES: readonly Attack[] = [
  ["a line break and a forged log line", 'X\n{"event":"ok"}'],
  ["control characters", "\x01\x07\x08\x0b\x1b[2J\x7f"],
  ["16 zero bytes", "\0".repeat(16)],
  ["a zero byte inside", "A\0B"],
  ["a path", "../../x/../../y"],
  ["letters beyond ASCII", "MÜNCHEN\xff\xfe"],
  ["a backslash, which separates values", "A\\B\\C"],
  ["spaces only", " ".repeat(16)],
  ["SQL", "';drop table--"],
].map(([what = "", callingAe = ""], index): Attack => {
  const object = testObject(500 + index, 2000);
  return {
    name: `an AE title with ${what}`,
    opening: request({ callingAe, calledAe: callingAe }),
    bytes: [storeCommand(object), dataOf(object.dataSet)],
    answers: [0],
    ends: "served",
  };
});

const user = (name: string, ends: "aborted" | "served", ...subItems: readonly Buffer[]): Attack =>
  ends === "served"
    ? echoed(name, requestOfUser(...subItems))
    : opened(name, requestOfUser(...subItems), "aborted");

const role = (uid: string, length = uid.length) => {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(length);
  return item(0x54, Buffer.concat([head, Buffer.from(uid), Buffer.from([1, 1])]));
};

/** PS3.7 D.3.3.7: type, response wanted, length and primary field, length and secondary field. */
const identity = (type: number, primary: Buffer, length = primary.length) => {
  const head = Buffer.from([type, 1, 0, 0]);
  head.writeUInt16BE(length, 2);
  return item(0x58, Buffer.concat([head, primary, Buffer.from([0, 0])]));
};

const USER_INFORMATION: readonly Attack[] = [
  user("user information of noise", "aborted", noise(4, 777)),
  user("a maximum length of 1", "aborted", maxLength(1)),
  user("a maximum length of 7", "aborted", maxLength(7)),
  user("a maximum length of 8: answers in two-byte fragments", "served", maxLength(8)),
  user("a maximum length of 4 GB", "served", maxLength(0xffffffff)),
  user("a maximum length with two bytes", "aborted", item(0x51, Buffer.alloc(2))),
  user("500 maximum lengths", "served", ...Array.from({ length: 500 }, () => maxLength(16_384))),
  user("no user information at all", "served"),
  user("an unlimited operations window", "served", maxLength(0), item(0x53, Buffer.alloc(4))),
  user("an operations window of 65,535", "served", item(0x53, Buffer.alloc(4, 255))),
  user("an operations window with three bytes", "aborted", item(0x53, Buffer.alloc(3))),
  user("role selection of noise", "aborted", item(0x54, noise(5, 50))),
  user("role selection that lies about the length of its UID", "aborted", role("1.2.3", 60_000)),
  user(
    "roles for SOP classes nobody proposed",
    "served",
    ...Array.from({ length: 200 }, (_, n) => role(`1.2.${n}`)),
  ),
  user(
    "SOP class extended negotiation of noise",
    "served",
    item(0x56, noise(6, 500)),
    item(0x57, noise(7, 500)),
  ),
  ...[0, 1, 2, 3, 4, 5, 255].map((type) =>
    user(`user identity of type ${type}`, "served", maxLength(16_384), identity(type, noise(type, 300))),
  ),
  user("user identity that lies about its length", "served", identity(2, Buffer.from("me"), 65_000)),
  user(
    "an implementation version of 60,000 characters with escape sequences",
    "served",
    item(0x55, "\x1b[31m\n".repeat(10_000)),
  ),
];

/** PDUs of the association layer in the wrong place. */
const OUT_OF_TURN: readonly Attack[] = [
  ...[PduType.associateAccept, PduType.associateReject, PduType.releaseReply, 0, 8, 0xff].map(
    (type): Attack => ({
      name: `a PDU of type ${type} in an association`,
      bytes: pdu(type, Buffer.alloc(type === PduType.associateAccept ? 68 : 4)),
      ends: "aborted",
    }),
  ),
  { name: "a release of 64 KB", bytes: pdu(PduType.releaseRequest, Buffer.alloc(65_536)), ends: "closed" },
  { name: "a release with nothing in it", bytes: pdu(PduType.releaseRequest), ends: "aborted" },
  {
    name: "data behind the release",
    bytes: [pdu(PduType.releaseRequest, Buffer.alloc(4)), command(ECHO), request()],
    ends: "closed",
  },
  {
    name: "an abort with an odd reason",
    bytes: pdu(PduType.abort, Buffer.from([9, 9, 9, 9])),
    ends: "closed",
  },
  {
    name: "data on a context with the id of another",
    bytes: command(ECHO, MR_CONTEXT + ECHO_CONTEXT + 1),
    ends: "aborted",
  },
];

export const REQUESTS: readonly Attack[] = [
  ...CONTEXT_LISTS,
  ...ITEMS,
  ...TITLES,
  ...USER_INFORMATION,
  ...OUT_OF_TURN,
];
