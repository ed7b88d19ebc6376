// Command sets there and back, and ones that are broken.
import { describe, expect, it } from "vitest";
import { type CommandSet, decodeCommandSet, encodeCommandSet } from "./command-set.ts";
import { formatStatus, isStored } from "./dimse-status.ts";
import { isUsableUid } from "./well-known-uids.ts";

const STORE: CommandSet = {
  commandField: 0x0001,
  hasDataSet: true,
  affectedSopClassUid: "1.2.840.10008.5.1.4.1.1.4",
  messageId: 65_535,
  priority: 0,
  affectedSopInstanceUid: "1.2.3",
};

describe("a command set", () => {
  it("comes back as it was, with odd texts padded", () => {
    const bytes = encodeCommandSet(STORE);
    expect(bytes.length % 2).toBe(0);
    expect(bytes.readUInt32LE(8)).toBe(bytes.length - 12);
    expect(decodeCommandSet(bytes)).toEqual({
      ...STORE,
      messageIdRespondedTo: undefined,
      status: undefined,
      errorComment: undefined,
    });
  });

  it("of a response holds status and comment", () => {
    const response = { commandField: 0x8001, hasDataSet: false, status: 0xa700, errorComment: "No space" };
    expect(decodeCommandSet(encodeCommandSet(response))).toMatchObject(response);
  });

  it("has its elements in ascending order", () => {
    const bytes = encodeCommandSet({ ...STORE, messageIdRespondedTo: 1, status: 0, errorComment: "A" });
    const elements: number[] = [];
    for (let at = 0; at < bytes.length; at += 8 + bytes.readUInt32LE(at + 4)) {
      elements.push(bytes.readUInt16LE(at + 2));
    }
    expect(elements).toEqual([...elements].sort((a, b) => a - b));
  });

  it("is refused when it is cut anywhere but between elements, and never half understood", () => {
    const bytes = encodeCommandSet(STORE);
    for (let length = 0; length < bytes.length; length += 1) {
      try {
        expect(decodeCommandSet(bytes.subarray(0, length)).commandField).toBe(1);
      } catch (error) {
        expect(error).toMatchObject({ name: "ProtocolError", fault: "dimse" });
      }
    }
  });

  it("is refused when it holds elements of another group or numbers of another size", () => {
    const group8 = encodeCommandSet(STORE);
    group8.writeUInt16LE(0x0008, 0);
    expect(() => decodeCommandSet(group8)).toThrow("cannot be read");
    const longNumber = Buffer.from([0, 0, 0, 1, 4, 0, 0, 0, 1, 0, 0, 0]);
    expect(() => decodeCommandSet(longNumber)).toThrow("cannot be read");
  });
});

describe("statuses", () => {
  it.each([
    [0x0000, true],
    [0x0001, true],
    [0xb000, true],
    [0xb007, true],
    [0xa700, false],
    [0xc000, false],
    [0x0110, false],
  ])("%i: the object is stored: %s", (status, stored) => {
    expect(isStored(status)).toBe(stored);
  });

  it("are written as people know them", () => {
    expect(formatStatus(0)).toBe("0x0000");
    expect(formatStatus(0xa700)).toBe("0xA700");
  });
});

describe("a UID", () => {
  it.each(["1.2.840.10008.1.1", "2.25.0", "1.02.3", `1.${"2".repeat(62)}`])(
    "can be worked with: %s",
    (text) => {
      expect(isUsableUid(text)).toBe(true);
    },
  );

  it.each(["", "1", "1.", ".1", "1..2", "1.2.3 ", "1.a", "../1.2", `1.${"2".repeat(63)}`])(
    "is none: %j",
    (text) => {
      expect(isUsableUid(text)).toBe(false);
    },
  );
});
