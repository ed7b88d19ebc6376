// Association PDUs there and back, and what dcmtk sends.
import { describe, expect, it } from "vitest";
import { decodeAssociateAccept, encodeAssociateAccept } from "./associate-accept.ts";
import {
  decodeAssociateReject,
  describeRejection,
  encodeAssociateReject,
  isPermanent,
  Rejections,
} from "./associate-reject.ts";
import { decodeAssociateRequest, encodeAssociateRequest } from "./associate-request.ts";
import { PDU_HEADER_LENGTH } from "./pdu-type.ts";
import { decodeAbort, encodeAbort } from "./release-and-abort.ts";
import { UserIdentityType } from "./user-identity.ts";

const USER = {
  maxPduLength: 131_072,
  implementationClassUid: "1.2.3.4",
  implementationVersionName: "TEST_1",
  operationsWindow: { invoked: 4, performed: 1 },
  roles: [{ sopClassUid: "1.2.840.10008.5.1.4.1.1.4", scu: true, scp: false }],
  extended: [{ sopClassUid: "1.2.840.10008.5.1.4.1.1.4", information: Buffer.from([3, 0, 0, 0, 2, 0]) }],
  identity: {
    type: UserIdentityType.usernameAndPasscode,
    positiveResponse: true,
    primary: Buffer.from("Jürgen"),
    secondary: Buffer.from("secret"),
  },
};

/** The A-ASSOCIATE-RQ of `echoscu -aec THALAMUS` 3.6.7, as it was on the wire. */
const ECHOSCU = Buffer.from(
  [
    "0100000000cd000100005448414c414d555320202020202020204543484f53435520202020202020202000000000",
    "0000000000000000000000000000000000000000000000000000000010000015312e322e3834302e31303030382e",
    "332e312e312e312000002e0100ff0030000011312e322e3834302e31303030382e312e3140000011312e322e3834",
    "302e31303030382e312e325000003a51000004000040005200001b312e322e3237362e302e373233303031302e33",
    "2e302e332e362e375500000f4f464649535f44434d544b5f333637",
  ].join(""),
  "hex",
);

const bodyOf = (pdu: Buffer) => {
  expect(pdu.readUInt32BE(2)).toBe(pdu.length - PDU_HEADER_LENGTH);
  return pdu.subarray(PDU_HEADER_LENGTH);
};

describe("A-ASSOCIATE-RQ", () => {
  it("comes back as it was", () => {
    const request = {
      calledAe: "SIXTEEN_LETTERS_",
      callingAe: "A",
      contexts: [
        { id: 1, abstractSyntax: "1.2.840.10008.1.1", transferSyntaxes: ["1.2.840.10008.1.2"] },
        { id: 255, abstractSyntax: "1.2.3", transferSyntaxes: ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2"] },
      ],
      user: USER,
    };
    const decoded = decodeAssociateRequest(bodyOf(encodeAssociateRequest(request)));
    expect(decoded).toEqual({
      ...request,
      protocolVersion: 1,
      applicationContext: "1.2.840.10008.3.1.1.1",
    });
  });

  it("of dcmtk is understood", () => {
    expect(decodeAssociateRequest(bodyOf(ECHOSCU))).toMatchObject({
      protocolVersion: 1,
      calledAe: "THALAMUS",
      callingAe: "ECHOSCU",
      applicationContext: "1.2.840.10008.3.1.1.1",
      contexts: [{ id: 1, abstractSyntax: "1.2.840.10008.1.1", transferSyntaxes: ["1.2.840.10008.1.2"] }],
      user: { maxPduLength: 16_384, implementationVersionName: "OFFIS_DCMTK_367" },
    });
  });

  it("survives any cut without more than a ProtocolError", () => {
    const body = bodyOf(ECHOSCU);
    for (let length = 0; length < body.length; length += 1) {
      try {
        decodeAssociateRequest(body.subarray(0, length));
      } catch (error) {
        expect(error).toMatchObject({ name: "ProtocolError", fault: "invalidParameter" });
      }
    }
  });
});

describe("A-ASSOCIATE-AC", () => {
  it("comes back as it was", () => {
    const answer = {
      calledAe: "THALAMUS",
      callingAe: "MR1",
      contexts: [
        { id: 1, result: 0, transferSyntax: "1.2.840.10008.1.2.1" },
        { id: 3, result: 4, transferSyntax: "1.2.840.10008.1.2" },
      ],
      user: { ...USER, operationsWindow: undefined, roles: [] },
    };
    const decoded = decodeAssociateAccept(bodyOf(encodeAssociateAccept(answer)));
    expect(decoded).toEqual({ ...answer, protocolVersion: 1 });
  });
});

describe("A-ASSOCIATE-RJ and A-ABORT", () => {
  it.each(Object.entries(Rejections))("%s comes back as it was", (_name, rejection) => {
    expect(decodeAssociateReject(bodyOf(encodeAssociateReject(rejection)))).toEqual(rejection);
  });

  it("say in words why, and whether another try may help", () => {
    expect(describeRejection(Rejections.calledAeNotRecognized)).toBe("called AE title not recognized");
    expect(describeRejection({ result: 1, source: 9, reason: 9 })).toBe("no reason given");
    expect(isPermanent(Rejections.calledAeNotRecognized)).toBe(true);
    expect(isPermanent(Rejections.localLimitExceeded)).toBe(false);
  });

  it("an abort comes back as it was, and a cut one is an abort too", () => {
    expect(decodeAbort(bodyOf(encodeAbort({ source: 2, reason: 5 })))).toEqual({ source: 2, reason: 5 });
    expect(decodeAbort(Buffer.alloc(2))).toEqual({ source: 2, reason: 0 });
  });
});
