// What the two sides tell about themselves inside A-ASSOCIATE (PS3.7 D.3.3, PS3.8 D.1).
import { encodeItem, ItemType, readItems, readName } from "./associate-items.ts";
import {
  type ExtendedNegotiation,
  encodeExtendedNegotiation,
  readExtendedNegotiation,
} from "./extended-negotiation.ts";
import { ProtocolError } from "./protocol-error.ts";
import {
  encodeUserIdentity,
  encodeUserIdentityResponse,
  readUserIdentity,
  readUserIdentityResponse,
  type UserIdentity,
} from "./user-identity.ts";

/** Which roles the requestor wants to play, or the acceptor lets it play, for a SOP class (PS3.7 D.3.3.4). */
export interface RoleSelection {
  readonly sopClassUid: string;
  readonly scu: boolean;
  readonly scp: boolean;
}

/** How many operations may be outstanding; 0 means any number (PS3.7 D.3.3.3). */
export interface OperationsWindow {
  readonly invoked: number;
  readonly performed: number;
}

export interface UserInformation {
  /** Longest P-DATA-TF this side takes, in bytes without the PDU header; 0 means no limit. */
  readonly maxPduLength: number;
  readonly implementationClassUid: string;
  readonly implementationVersionName: string;
  readonly operationsWindow?: OperationsWindow | undefined;
  readonly roles?: readonly RoleSelection[] | undefined;
  readonly extended?: readonly ExtendedNegotiation[] | undefined;
  /** Of a request. */
  readonly identity?: UserIdentity | undefined;
  /** Of an acceptance: the identity was believed; empty for a user name. */
  readonly identityResponse?: Buffer | undefined;
}

/** What a peer that names no maximum is taken to mean; it is what most toolkits of that age had. */
const MAX_PDU_LENGTH_WHEN_UNSAID = 16_384;

/** A P-DATA-TF must have room for one PDV header and one even fragment. */
const SMALLEST_MAX_PDU_LENGTH = 8;

/**
 * Reads the sub-items of a user information item. Common extended negotiation (57H), which wants no answer, and
 * whatever the standard will add are passed over.
 * @throws ProtocolError when a sub-item has an impossible length or value
 */
export function decodeUserInformation(body: Buffer): UserInformation {
  let maxPduLength = MAX_PDU_LENGTH_WHEN_UNSAID;
  let implementationClassUid = "";
  let implementationVersionName = "";
  let operationsWindow: OperationsWindow | undefined;
  let identity: UserIdentity | undefined;
  let identityResponse: Buffer | undefined;
  const roles: RoleSelection[] = [];
  const extended: ExtendedNegotiation[] = [];
  for (const item of readItems(body)) {
    if (item.type === ItemType.maxPduLength) maxPduLength = readMaxPduLength(item.body);
    else if (item.type === ItemType.implementationClassUid) implementationClassUid = readName(item.body, 64);
    else if (item.type === ItemType.implementationVersionName)
      implementationVersionName = readName(item.body, 16);
    else if (item.type === ItemType.operationsWindow) operationsWindow = readOperationsWindow(item.body);
    else if (item.type === ItemType.roleSelection) roles.push(readRole(item.body));
    else if (item.type === ItemType.userIdentity) identity = readUserIdentity(item.body);
    else if (item.type === ItemType.userIdentityResponse)
      identityResponse = readUserIdentityResponse(item.body);
    else if (item.type === ItemType.extendedNegotiation) {
      const one = readExtendedNegotiation(item.body);
      if (one) extended.push(one);
    }
  }
  return {
    maxPduLength,
    implementationClassUid,
    implementationVersionName,
    operationsWindow,
    roles,
    extended,
    identity,
    identityResponse,
  };
}

/** Encodes a whole user information item; sub-items in the order of their types, as peers expect them. */
export function encodeUserInformation(information: UserInformation): Buffer {
  const maxPduLength = Buffer.alloc(4);
  maxPduLength.writeUInt32BE(information.maxPduLength);
  const subItems = [
    encodeItem(ItemType.maxPduLength, maxPduLength),
    encodeItem(ItemType.implementationClassUid, information.implementationClassUid),
  ];
  const window = information.operationsWindow;
  if (window) {
    const body = Buffer.alloc(4);
    body.writeUInt16BE(window.invoked, 0);
    body.writeUInt16BE(window.performed, 2);
    subItems.push(encodeItem(ItemType.operationsWindow, body));
  }
  for (const role of information.roles ?? []) subItems.push(encodeRole(role));
  subItems.push(encodeItem(ItemType.implementationVersionName, information.implementationVersionName));
  for (const one of information.extended ?? []) subItems.push(encodeExtendedNegotiation(one));
  if (information.identity) subItems.push(encodeUserIdentity(information.identity));
  if (information.identityResponse) subItems.push(encodeUserIdentityResponse(information.identityResponse));
  return encodeItem(ItemType.userInformation, Buffer.concat(subItems));
}

function readMaxPduLength(body: Buffer): number {
  if (body.length !== 4) throw badSubItem("maximum length");
  const length = body.readUInt32BE(0);
  if (length !== 0 && length < SMALLEST_MAX_PDU_LENGTH) throw badSubItem("maximum length");
  return length;
}

function readOperationsWindow(body: Buffer): OperationsWindow {
  if (body.length !== 4) throw badSubItem("asynchronous operations window");
  return { invoked: body.readUInt16BE(0), performed: body.readUInt16BE(2) };
}

function readRole(body: Buffer): RoleSelection {
  if (body.length < 4) throw badSubItem("role selection");
  const end = 2 + body.readUInt16BE(0);
  if (end + 2 !== body.length) throw badSubItem("role selection");
  return {
    sopClassUid: readName(body.subarray(2, end)),
    scu: body.readUInt8(end) === 1,
    scp: body.readUInt8(end + 1) === 1,
  };
}

function encodeRole(role: RoleSelection): Buffer {
  const uid = Buffer.from(role.sopClassUid, "latin1");
  const body = Buffer.alloc(uid.length + 4);
  body.writeUInt16BE(uid.length, 0);
  uid.copy(body, 2);
  body[uid.length + 2] = role.scu ? 1 : 0;
  body[uid.length + 3] = role.scp ? 1 : 0;
  return encodeItem(ItemType.roleSelection, body);
}

function badSubItem(name: string): ProtocolError {
  return new ProtocolError("invalidParameter", `the ${name} sub-item is malformed`);
}
