// Command sets that cannot be read, services nobody offers, and C-STOREs with hostile names.
import { dataPdu, ECHO_CONTEXT, storeCommand } from "../../../../plugins/dicom-scp/testing/raw-sender.ts";
import { testObject } from "../../../../plugins/dicom-scp/testing/test-object.ts";
import type { Attack } from "../attack.ts";
import { noise } from "../noise.ts";
import { command, dataOf, dimse, ECHO, element, storeNamed, VERIFICATION } from "../wire.ts";

const UNRECOGNIZED_OPERATION = 0x0211;
const SOP_CLASS_NOT_SUPPORTED = 0x0122;

const aborted = (name: string, ...elements: readonly Buffer[]): Attack => {
  return { name, bytes: command(elements), ends: "aborted" };
};
const answered = (name: string, answers: Attack["answers"], ...bytes: readonly Buffer[]): Attack => {
  return { name, bytes, answers: answers ?? [], ends: "served" };
};
const [affectedClass, commandField, messageId, dataSetType] = ECHO as [Buffer, Buffer, Buffer, Buffer];

const SHAPES: readonly Attack[] = [
  aborted("a command set of nothing"),
  aborted("a command set of noise", noise(10, 400)),
  aborted("a command without its field", affectedClass, messageId, dataSetType),
  aborted("a command without a message id", affectedClass, commandField, dataSetType),
  aborted(
    "a command field of four bytes",
    affectedClass,
    element(0x0100, "\x30\0\0\0"),
    messageId,
    dataSetType,
  ),
  aborted("a command field of one byte", affectedClass, element(0x0100, "\x30"), messageId, dataSetType),
  aborted("a command field of nothing", affectedClass, element(0x0100, ""), messageId, dataSetType),
  aborted(
    "a message id of 200 bytes",
    affectedClass,
    commandField,
    element(0x0110, "7".repeat(200)),
    dataSetType,
  ),
  aborted("an element of 2 GB", ...ECHO, element(0x0900, 0, 0x7fffffff)),
  aborted("an element of 4 GB", ...ECHO, element(0x0900, 0, 0xffffffff)),
  aborted("an element one byte longer than the command", ...ECHO, element(0x0902, "abc", 4)),
  aborted("half the head of an element", ...ECHO, Buffer.from([0, 0, 0, 9])),
  aborted("an element of group 0008", ...ECHO, element(0x0018, "1.2.3\0", 6, 8)),
  aborted(
    "a response nobody waits for",
    affectedClass,
    element(0x0100, 0x8030),
    element(0x0120, 1),
    dataSetType,
  ),
  aborted(
    "a response with the field of a request that is none",
    element(0x0100, 0xffff),
    messageId,
    dataSetType,
  ),
  answered("a group length that lies", [0], command([element(0x0000, "\xff\xff\xff\xff"), ...ECHO])),
  answered("elements in descending order", [0], command(ECHO.toReversed())),
  answered("every element 50 times", [0], command(Array.from({ length: 50 }, () => ECHO).flat())),
  answered(
    "300 elements nobody knows",
    [0],
    command([...ECHO, ...Array.from({ length: 300 }, (_, n) => element(0x4000 + n, "xy"))]),
  ),
  answered(
    "a C-ECHO that says a data set follows, and one does",
    ["refused"],
    dimse(0x0030, true, VERIFICATION),
  ),
];

/** Services of PS3.7 that are not offered; with a data set as they come, and without. */
const SERVICES: readonly Attack[] = Object.entries({
  "C-FIND": 0x0020,
  "C-GET": 0x0010,
  "C-MOVE": 0x0021,
  "N-EVENT-REPORT": 0x0100,
  "N-GET": 0x0110,
  "N-SET": 0x0120,
  "N-ACTION": 0x0130,
  "N-CREATE": 0x0140,
  "N-DELETE": 0x0150,
  "a command field nobody knows": 0x7abc,
}).flatMap(([name, field]) => [
  answered(`${name} with a data set`, [UNRECOGNIZED_OPERATION], dimse(field, true)),
  answered(`${name} without a data set`, [UNRECOGNIZED_OPERATION], dimse(field, false)),
]);

const CANCEL = [commandField.subarray(0, 8), Buffer.from([0xff, 0x0f]), element(0x0120, 1), dataSetType];
const object = testObject(700, 2000);

/** Names as they stand in the request; the object behind it is a good one with another name. */
const HOSTILE_UIDS: readonly (readonly [string, string])[] = [
  ["a path", "../../../../etc/passwd"],
  ["a path that begins like a UID", "1.2.3/../../../x"],
  ["a path for another system", "..\\..\\x"],
  ["a path that is encoded", "%2e%2e%2fx"],
  ["65 characters", `1.${"2".repeat(63)}`],
  ["16,000 characters", "1.".repeat(7900)],
  ["nothing", ""],
  ["two dots in a row", "1.2..3"],
  ["a leading zero", "1.02.3"],
  ["a zero byte inside", "1.2\x003.4"],
  ["a line break at the end", "1.2.3\n"],
  ["letters", "CON.NUL.AUX"],
  ["escape sequences", "\x1b[2J\x1b]0;x\x07"],
  ["the name of another object", "1.2.826.0.1.3680043.10.999.7.999999"],
];

const NAMES: readonly Attack[] = [
  ...HOSTILE_UIDS.map(([what, uid]) =>
    answered(
      `a C-STORE whose SOP instance UID has ${what}`,
      ["refused"],
      storeNamed(uid),
      dataOf(object.dataSet),
    ),
  ),
  ...HOSTILE_UIDS.slice(0, 4).map(([what, uid]) =>
    answered(
      `a C-STORE whose SOP class UID has ${what}`,
      ["refused"],
      storeNamed("1.2.3.4", uid),
      dataOf(object.dataSet),
    ),
  ),
  answered("a C-STORE without a data set", ["refused"], dimse(0x0001, false)),
  answered(
    "a C-STORE of another SOP class than its context's",
    [SOP_CLASS_NOT_SUPPORTED],
    storeNamed(object.sopInstanceUid, "1.2.840.10008.5.1.4.1.1.2"),
    dataOf(object.dataSet),
  ),
  answered(
    "a C-STORE on the context of C-ECHO",
    [SOP_CLASS_NOT_SUPPORTED],
    command([
      element(0x0002, `${object.sopClassUid}\0`),
      element(0x0100, 1),
      element(0x0110, 1),
      element(0x0800, 1),
      element(0x1000, `${object.sopInstanceUid}\0`),
    ]),
    dataPdu({ contextId: ECHO_CONTEXT, isLast: true, bytes: object.dataSet }),
  ),
];

const MANY: readonly Attack[] = [
  answered("a cancel of nothing, then a C-ECHO", [0], command(CANCEL), command(ECHO)),
  answered("1,000 cancels", [0], ...Array.from({ length: 1000 }, () => command(CANCEL)), command(ECHO)),
  answered(
    "50 C-STOREs in one write",
    Array.from({ length: 50 }, () => 0),
    ...Array.from({ length: 50 }, (_, n) => testObject(800 + n, 2000)).flatMap((one, n) => [
      storeCommand(one, n + 1),
      dataOf(one.dataSet),
    ]),
  ),
  answered(
    "one message id for all of five C-STOREs",
    [0, 0, 0, 0, 0],
    ...Array.from({ length: 5 }, () => [storeCommand(object), dataOf(object.dataSet)]).flat(),
  ),
  answered(
    "2,000 C-ECHOs in one write",
    Array.from({ length: 2000 }, () => 0),
    ...Array.from({ length: 2000 }, () => command(ECHO)),
  ),
  answered(
    "refused, unknown and good requests in turn",
    ["refused", UNRECOGNIZED_OPERATION, 0, "refused", 0],
    storeNamed("../x"),
    dataOf(noise(11, 5000)),
    dimse(0x0020, true),
    storeCommand(object),
    dataOf(object.dataSet),
    storeCommand(object),
    dataOf(noise(12, 100_000)),
    command(ECHO),
  ),
];

export const COMMANDS: readonly Attack[] = [...SHAPES, ...SERVICES, ...NAMES, ...MANY];
