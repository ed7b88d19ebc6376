// User identity negotiation (PS3.7 D.3.3.7): who a requestor says it is, and the acceptor's answer.
import { encodeItem, ItemType } from "./associate-items.ts";

/** Kinds of identity (PS3.7 table D.3-14). */
export const UserIdentityType = {
  username: 1,
  usernameAndPasscode: 2,
  kerberos: 3,
  saml: 4,
  jwt: 5,
} as const;

export interface UserIdentity {
  /** One of `UserIdentityType`, or one of tomorrow. */
  readonly type: number;
  /** The requestor wants to hear that it was believed; without that it may go away. */
  readonly positiveResponse: boolean;
  /** The user name in UTF-8, or a ticket, assertion or token. */
  readonly primary: Buffer;
  /** The passcode in UTF-8; empty with all other types. */
  readonly secondary: Buffer;
}

const FIXED_LENGTH = 6;

/**
 * Reads a 58H sub-item of an A-ASSOCIATE-RQ.
 * @returns undefined when its lengths do not fit: a sub-item that a peer may ignore breaks no association
 */
export function readUserIdentity(body: Buffer): UserIdentity | undefined {
  if (body.length < FIXED_LENGTH) return undefined;
  const middle = 4 + body.readUInt16BE(2);
  if (middle + 2 > body.length || middle + 2 + body.readUInt16BE(middle) !== body.length) return undefined;
  return {
    type: body.readUInt8(0),
    positiveResponse: body.readUInt8(1) === 1,
    primary: body.subarray(4, middle),
    secondary: body.subarray(middle + 2),
  };
}

/** Encodes a 58H sub-item for an A-ASSOCIATE-RQ. */
export function encodeUserIdentity({ type, positiveResponse, primary, secondary }: UserIdentity): Buffer {
  const head = Buffer.from([type, positiveResponse ? 1 : 0]);
  return encodeItem(
    ItemType.userIdentity,
    Buffer.concat([head, lengthOf(primary), primary, lengthOf(secondary), secondary]),
  );
}

/** @returns the server response of a 59H sub-item, empty for a user name; undefined when it is cut */
export function readUserIdentityResponse(body: Buffer): Buffer | undefined {
  if (body.length < 2 || 2 + body.readUInt16BE(0) !== body.length) return undefined;
  return body.subarray(2);
}

/** Encodes a 59H sub-item for an A-ASSOCIATE-AC: the identity was believed. */
export function encodeUserIdentityResponse(response: Buffer): Buffer {
  return encodeItem(ItemType.userIdentityResponse, Buffer.concat([lengthOf(response), response]));
}

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return length;
}
