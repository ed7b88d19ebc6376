// Bytes as no sane sender would put them together: PDUs, items and commands whose lengths may lie.
import { PduType } from "@thalamus/sdk/dicom/net";
import {
  dataPdu,
  ECHO_CONTEXT,
  type Fragment,
  MR_CONTEXT,
} from "../../../plugins/dicom-scp/testing/raw-sender.ts";
import { MR_IMAGE } from "../../../plugins/dicom-scp/testing/test-object.ts";

export const VERIFICATION = "1.2.840.10008.1.1";
export const EXPLICIT = "1.2.840.10008.1.2.1";
const DICOM = "1.2.840.10008.3.1.1.1";

/** @param length what the header says, when that is not the truth */
export function pdu(type: number, body: Buffer = Buffer.alloc(0), length = body.length): Buffer {
  const header = Buffer.alloc(6);
  header[0] = type;
  header.writeUInt32BE(length, 2);
  return Buffer.concat([header, body]);
}

/** An item of an A-ASSOCIATE PDU. */
export function item(type: number, body: Buffer | string, length?: number): Buffer {
  const content = typeof body === "string" ? Buffer.from(body, "latin1") : body;
  const header = Buffer.from([type, 0, 0, 0]);
  header.writeUInt16BE(length ?? content.length, 2);
  return Buffer.concat([header, content]);
}

export const applicationContext = (uid = DICOM): Buffer => item(0x10, uid);

export function context(id: number, abstractSyntax = MR_IMAGE, transferSyntaxes = [EXPLICIT]): Buffer {
  const syntaxes = transferSyntaxes.map((uid) => item(0x40, uid));
  return item(0x20, Buffer.concat([Buffer.from([id, 0, 0, 0]), item(0x30, abstractSyntax), ...syntaxes]));
}

export const userInformation = (...subItems: readonly Buffer[]): Buffer =>
  item(0x50, Buffer.concat(subItems));

export function maxLength(value: number): Buffer {
  const body = Buffer.alloc(4);
  body.writeUInt32BE(value);
  return item(0x51, body);
}

/** The two contexts that `storeCommand` and the C-ECHO of the cases use. */
export const CONTEXTS = [context(MR_CONTEXT), context(ECHO_CONTEXT, VERIFICATION)];

export interface RequestParts {
  readonly version?: number;
  readonly callingAe?: string;
  readonly calledAe?: string;
  readonly items?: readonly Buffer[];
}

/** An A-ASSOCIATE-RQ with any items, or with the usual ones. */
export function request(parts: RequestParts = {}): Buffer {
  const { version = 1, callingAe = "HOSTILE", calledAe = "THALAMUS" } = parts;
  const items = parts.items ?? [applicationContext(), ...CONTEXTS, userInformation(maxLength(16_384))];
  const header = Buffer.alloc(68);
  header.writeUInt16BE(version, 0);
  header.write(calledAe.padEnd(16), 4, 16, "latin1");
  header.write(callingAe.padEnd(16), 20, 16, "latin1");
  return pdu(PduType.associateRequest, Buffer.concat([header, ...items]));
}

/** A request with the usual contexts and these sub-items of user information. */
export const requestOfUser = (...subItems: readonly Buffer[]): Buffer =>
  request({ items: [applicationContext(), ...CONTEXTS, userInformation(...subItems)] });

/** An element of a command set, by its number in group 0000. */
export function element(number: number, value: Buffer | number | string, length?: number, group = 0): Buffer {
  const bytes = typeof value === "number" ? uint16(value) : Buffer.from(value as string, "latin1");
  const header = Buffer.alloc(8);
  header.writeUInt16LE(group, 0);
  header.writeUInt16LE(number, 2);
  header.writeUInt32LE(length ?? bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** A C-ECHO request as elements. */
export const ECHO = [
  element(0x0002, `${VERIFICATION}\0`),
  element(0x0100, 0x0030),
  element(0x0110, 1),
  element(0x0800, 0x0101),
];

/** A whole command in one PDV. */
export const command = (elements: readonly Buffer[], contextId = ECHO_CONTEXT): Buffer =>
  dataPdu({ contextId, isCommand: true, isLast: true, bytes: Buffer.concat(elements) });

/** Any request with a command field, with or without a data set. */
export function dimse(commandField: number, withDataSet: boolean, sopClassUid = MR_IMAGE): Buffer {
  const elements = [
    element(0x0002, even(sopClassUid)),
    element(0x0100, commandField),
    element(0x0110, 7),
    element(0x0700, 0),
    element(0x0800, withDataSet ? 1 : 0x0101),
  ];
  const dataSet = dataPdu({ isLast: true, bytes: Buffer.from("08005200435308005354554459202020", "hex") });
  return Buffer.concat([command(elements, MR_CONTEXT), ...(withDataSet ? [dataSet] : [])]);
}

/** A C-STORE request for a SOP instance of any name. */
export const storeNamed = (sopInstanceUid: string, sopClassUid = MR_IMAGE): Buffer =>
  command(
    [
      element(0x0002, even(sopClassUid)),
      element(0x0100, 0x0001),
      element(0x0110, 9),
      element(0x0700, 0),
      element(0x0800, 1),
      element(0x1000, even(sopInstanceUid)),
    ],
    MR_CONTEXT,
  );

/** A PDV with a control header of one's own. */
export function rawPdv(contextId: number, control: number, bytes: Buffer, length = bytes.length + 2): Buffer {
  const header = Buffer.alloc(6);
  header.writeUInt32BE(length, 0);
  header[4] = contextId;
  header[5] = control;
  return Buffer.concat([header, bytes]);
}

/** Cuts bytes into fragments. */
export function fragments(
  bytes: Buffer,
  length: number,
  isCommand = false,
  contextId = MR_CONTEXT,
): Fragment[] {
  const cut: Fragment[] = [];
  for (let start = 0; start < bytes.length; start += length) {
    const isLast = start + length >= bytes.length;
    cut.push({ bytes: bytes.subarray(start, start + length), isCommand, isLast, contextId });
  }
  return cut;
}

export const dataOf = (bytes: Buffer): Buffer => dataPdu({ isLast: true, bytes });

const even = (text: string): string => (text.length % 2 === 0 ? text : `${text}\0`);

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
