// A-ASSOCIATE-AC: what an acceptor agrees to (PS3.8 9.3.3).
import {
  ASSOCIATE_HEADER_LENGTH,
  type AssociateHeader,
  readAssociateHeader,
  writeAssociateHeader,
} from "./associate-header.ts";
import { encodeItem, ItemType, readItems, readName } from "./associate-items.ts";
import { allocatePdu, PDU_HEADER_LENGTH, PduType } from "./pdu-type.ts";
import { ProtocolError } from "./protocol-error.ts";
import { decodeUserInformation, encodeUserInformation, type UserInformation } from "./user-information.ts";
import { APPLICATION_CONTEXT } from "./well-known-uids.ts";

/** Answer to one proposed context (PS3.8 table 9-18). */
export const ContextResult = {
  accepted: 0,
  userRejection: 1,
  noReason: 2,
  abstractSyntaxNotSupported: 3,
  transferSyntaxesNotSupported: 4,
} as const;

export interface AnsweredContext {
  readonly id: number;
  /** One of `ContextResult`. */
  readonly result: number;
  /** Meaningful only when accepted. */
  readonly transferSyntax: string;
}

export interface AssociateAccept extends AssociateHeader {
  readonly contexts: readonly AnsweredContext[];
  readonly user: UserInformation;
}

/**
 * Reads an A-ASSOCIATE-AC.
 * @param body the PDU without its six-byte header
 * @throws ProtocolError when lengths are impossible
 */
export function decodeAssociateAccept(body: Buffer): AssociateAccept {
  const header = readAssociateHeader(body);
  let user: UserInformation | undefined;
  const contexts: AnsweredContext[] = [];
  for (const item of readItems(body.subarray(ASSOCIATE_HEADER_LENGTH))) {
    if (item.type === ItemType.userInformation) user = decodeUserInformation(item.body);
    else if (item.type === ItemType.answeredContext) contexts.push(readAnsweredContext(item.body));
  }
  return { ...header, contexts, user: user ?? decodeUserInformation(Buffer.alloc(0)) };
}

/**
 * Encodes a whole A-ASSOCIATE-AC PDU.
 * @param answer both AE titles as the requestor sent them; the standard wants them back unchanged
 */
export function encodeAssociateAccept(answer: Omit<AssociateAccept, "protocolVersion">): Buffer {
  const items = Buffer.concat([
    encodeItem(ItemType.applicationContext, APPLICATION_CONTEXT),
    ...answer.contexts.map(encodeAnsweredContext),
    encodeUserInformation(answer.user),
  ]);
  const pdu = allocatePdu(PduType.associateAccept, ASSOCIATE_HEADER_LENGTH + items.length);
  writeAssociateHeader(pdu.subarray(PDU_HEADER_LENGTH), answer);
  items.copy(pdu, PDU_HEADER_LENGTH + ASSOCIATE_HEADER_LENGTH);
  return pdu;
}

function readAnsweredContext(body: Buffer): AnsweredContext {
  if (body.length < 4) throw new ProtocolError("invalidParameter", "a presentation context is cut");
  let transferSyntax = "";
  for (const item of readItems(body.subarray(4))) {
    if (item.type === ItemType.transferSyntax) transferSyntax = readName(item.body);
  }
  return { id: body.readUInt8(0), result: body.readUInt8(2), transferSyntax };
}

function encodeAnsweredContext(context: AnsweredContext): Buffer {
  return encodeItem(
    ItemType.answeredContext,
    Buffer.concat([
      Buffer.from([context.id, 0, context.result, 0]),
      encodeItem(ItemType.transferSyntax, context.transferSyntax),
    ]),
  );
}
