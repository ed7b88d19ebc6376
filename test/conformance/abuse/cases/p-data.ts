// P-DATA whose lengths lie, and messages put together in ways the standard does not know.
import { encodeCommandSet, PduType } from "@thalamus/sdk/dicom/net";
import {
  dataPdu,
  ECHO_CONTEXT,
  type Fragment,
  MR_CONTEXT,
  storeCommand,
  storeRequest,
} from "../../../../plugins/dicom-scp/testing/raw-sender.ts";
import { testObject } from "../../../../plugins/dicom-scp/testing/test-object.ts";
import type { Attack } from "../attack.ts";
import { command, dataOf, ECHO, fragments, pdu, rawPdv } from "../wire.ts";

const object = testObject(600, 20_000);
const LIMIT = 131_072;
const echo = Buffer.concat(ECHO);

const aborted = (name: string, ...bytes: readonly Buffer[]): Attack => ({ name, bytes, ends: "aborted" });
const answered = (name: string, answers: Attack["answers"], ...bytes: readonly Buffer[]): Attack => {
  return { name, bytes, answers: answers ?? [], ends: "served" };
};
/** A P-DATA-TF around anything. */
const data = (...pdvs: readonly Buffer[]) => pdu(PduType.data, Buffer.concat(pdvs));
const each = (parts: readonly Fragment[]) => Buffer.concat(parts.map((part) => dataPdu(part)));

const LENGTHS: readonly Attack[] = [
  ...[0, 1, 5, LIMIT + 1, 0x7fffffff, 0xffffffff].map((length) =>
    aborted(`a P-DATA that says it has ${length} bytes`, pdu(PduType.data, Buffer.alloc(64), length)),
  ),
  ...[0, 1, 21, LIMIT, 0x7fffffff, 0xffffffff].map((length) =>
    aborted(
      `a PDV of ${length} bytes in a PDU of 20`,
      data(rawPdv(ECHO_CONTEXT, 3, Buffer.alloc(14), length)),
    ),
  ),
  aborted("a rest of five bytes behind the last PDV", data(rawPdv(ECHO_CONTEXT, 3, echo), Buffer.alloc(5))),
  {
    name: "a second PDV with an impossible length",
    bytes: data(rawPdv(ECHO_CONTEXT, 3, echo), rawPdv(ECHO_CONTEXT, 3, echo, 9999)),
    answers: [0],
    ends: "aborted",
  },
  ...[0, 2, 99, 255].map((id) => aborted(`a PDV for context ${id}`, data(rawPdv(id, 3, echo)))),
  aborted("a PDV as long as the PDU allows, on no context", data(rawPdv(7, 0, Buffer.alloc(LIMIT - 6)))),
];

const PIECES: readonly Attack[] = [
  answered("reserved bits of the message control header", [0], data(rawPdv(ECHO_CONTEXT, 0xff, echo))),
  answered(
    "a command in fragments of one byte, a PDU for each",
    [0],
    each(fragments(echo, 1, true, ECHO_CONTEXT)),
  ),
  answered(
    "a command in fragments of one byte, in one PDU",
    [0],
    dataPdu(...fragments(echo, 1, true, ECHO_CONTEXT)),
  ),
  answered(
    "20,000 empty PDVs before a command",
    [0],
    ...Array.from({ length: 20 }, () =>
      data(...Array.from({ length: 1000 }, () => rawPdv(ECHO_CONTEXT, 1, Buffer.alloc(0)))),
    ),
    command(ECHO),
  ),
  answered(
    "an object with 20,000 empty PDVs in it",
    [0],
    storeCommand(object),
    ...Array.from({ length: 20 }, () =>
      data(...Array.from({ length: 1000 }, () => rawPdv(MR_CONTEXT, 0, Buffer.alloc(0)))),
    ),
    dataOf(object.dataSet),
  ),
  answered(
    "an object in fragments of one byte",
    [0],
    storeCommand(object),
    each(fragments(object.dataSet, 1)),
  ),
  answered("an object in odd fragments", [0], storeCommand(object), each(fragments(object.dataSet, 999))),
  answered(
    "an object whose last fragment is empty",
    [0],
    storeCommand(object),
    dataPdu({ bytes: object.dataSet }),
    dataPdu({ isLast: true, bytes: Buffer.alloc(0) }),
  ),
  answered("an object of nothing", ["refused"], storeCommand(object), dataOf(Buffer.alloc(0))),
];

const ORDER: readonly Attack[] = [
  aborted("a data set before its command", dataOf(object.dataSet)),
  aborted("two commands before a data set", storeCommand(object), storeCommand(object, 2)),
  aborted(
    "a command in the middle of a data set",
    storeCommand(object),
    dataPdu({ bytes: object.dataSet }),
    command(ECHO),
  ),
  aborted(
    "another context's data set in the middle of a C-STORE",
    storeCommand(object),
    dataPdu({ bytes: object.dataSet }),
    dataPdu({ contextId: ECHO_CONTEXT, bytes: object.dataSet }),
  ),
  aborted(
    "another context's command between command and data set",
    storeCommand(object),
    command(ECHO, ECHO_CONTEXT),
  ),
  aborted(
    "a command that changes its context half way",
    dataPdu({ contextId: MR_CONTEXT, isCommand: true, bytes: echo.subarray(0, 20) }),
    dataPdu({ contextId: ECHO_CONTEXT, isCommand: true, isLast: true, bytes: echo.subarray(20) }),
  ),
  aborted(
    "data in the middle of a command",
    dataPdu({ isCommand: true, bytes: encodeCommandSet(storeRequest(object)).subarray(0, 40) }),
    dataPdu({ bytes: object.dataSet }),
  ),
  aborted(
    "a command without end",
    ...Array.from({ length: 40 }, () => dataPdu({ isCommand: true, bytes: Buffer.alloc(1000) })),
  ),
  aborted(
    "a release in the middle of an object",
    storeCommand(object),
    pdu(PduType.releaseRequest, Buffer.alloc(4)),
  ),
  aborted(
    "a release in the middle of a command",
    dataPdu({ isCommand: true, bytes: echo.subarray(0, 9), contextId: ECHO_CONTEXT }),
    pdu(PduType.releaseRequest, Buffer.alloc(4)),
  ),
  {
    name: "a second data set for one command",
    bytes: [storeCommand(object), dataOf(object.dataSet), dataOf(object.dataSet)],
    answers: [0],
    ends: "aborted",
  },
];

export const P_DATA: readonly Attack[] = [...LENGTHS, ...PIECES, ...ORDER];
