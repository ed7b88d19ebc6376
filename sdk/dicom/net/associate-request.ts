// A-ASSOCIATE-RQ: what a requestor proposes (PS3.8 9.3.2).
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

/** A SOP class and the transfer syntaxes it is offered in. */
export interface ProposedContext {
  /** Odd, 1 to 255. */
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

export interface AssociateRequest extends AssociateHeader {
  readonly applicationContext: string;
  readonly contexts: readonly ProposedContext[];
  readonly user: UserInformation;
}

/**
 * Reads an A-ASSOCIATE-RQ.
 * @param body the PDU without its six-byte header
 * @throws ProtocolError when lengths or context ids are impossible
 */
export function decodeAssociateRequest(body: Buffer): AssociateRequest {
  const header = readAssociateHeader(body);
  let applicationContext = "";
  let user: UserInformation | undefined;
  const contexts = new Map<number, ProposedContext>();
  for (const item of readItems(body.subarray(ASSOCIATE_HEADER_LENGTH))) {
    if (item.type === ItemType.applicationContext) applicationContext = readName(item.body);
    if (item.type === ItemType.userInformation) user = decodeUserInformation(item.body);
    if (item.type !== ItemType.proposedContext) continue;
    const context = readProposedContext(item.body);
    if (contexts.has(context.id)) {
      throw new ProtocolError("invalidParameter", "two presentation contexts have one id");
    }
    contexts.set(context.id, context);
  }
  if (contexts.size === 0) throw new ProtocolError("invalidParameter", "no presentation context is proposed");
  return {
    ...header,
    applicationContext,
    contexts: [...contexts.values()],
    user: user ?? decodeUserInformation(Buffer.alloc(0)),
  };
}

/** Encodes a whole A-ASSOCIATE-RQ PDU. */
export function encodeAssociateRequest(
  request: Omit<AssociateRequest, "protocolVersion" | "applicationContext">,
): Buffer {
  const items = Buffer.concat([
    encodeItem(ItemType.applicationContext, APPLICATION_CONTEXT),
    ...request.contexts.map(encodeProposedContext),
    encodeUserInformation(request.user),
  ]);
  const pdu = allocatePdu(PduType.associateRequest, ASSOCIATE_HEADER_LENGTH + items.length);
  writeAssociateHeader(pdu.subarray(PDU_HEADER_LENGTH), request);
  items.copy(pdu, PDU_HEADER_LENGTH + ASSOCIATE_HEADER_LENGTH);
  return pdu;
}

function readProposedContext(body: Buffer): ProposedContext {
  const id = body.length < 4 ? 0 : body.readUInt8(0);
  if (id % 2 === 0) {
    throw new ProtocolError("invalidParameter", "a presentation context is cut or has an even id");
  }
  let abstractSyntax = "";
  const transferSyntaxes: string[] = [];
  for (const item of readItems(body.subarray(4))) {
    if (item.type === ItemType.abstractSyntax) abstractSyntax = readName(item.body);
    else if (item.type === ItemType.transferSyntax) transferSyntaxes.push(readName(item.body));
  }
  return { id, abstractSyntax, transferSyntaxes };
}

function encodeProposedContext(context: ProposedContext): Buffer {
  return encodeItem(
    ItemType.proposedContext,
    Buffer.concat([
      Buffer.from([context.id, 0, 0, 0]),
      encodeItem(ItemType.abstractSyntax, context.abstractSyntax),
      ...context.transferSyntaxes.map((uid) => encodeItem(ItemType.transferSyntax, uid)),
    ]),
  );
}
