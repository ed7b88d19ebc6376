// The framing: the same PDUs whatever the packets, limits before memory, and a pause at any PDU.
import { describe, expect, it } from "vitest";
import { encodeCommand, writeFragmentHeader } from "./p-data.ts";
import { PduReader } from "./pdu-reader.ts";
import { PduType } from "./pdu-type.ts";
import { ProtocolError } from "./protocol-error.ts";
import { encodeAbort, encodeReleaseRequest } from "./release-and-abort.ts";

/** Reads and writes down what is heard; bytes of a PDV are joined. */
class Scribe {
  readonly heard: string[] = [];
  readonly reader: PduReader;
  #bytes = "";

  constructor(maxDataLength = 1000, stopAfterEach = false) {
    this.reader = new PduReader(
      {
        pduStarted: () => {},
        controlPdu: (type, body) => {
          this.heard.push(`${type}: ${body.toString("hex")}`);
          if (stopAfterEach) this.reader.stop();
        },
        pdvStarted: (pdv) => {
          const kind = pdv.isCommand ? "command" : "data";
          this.#bytes = `${pdv.contextId} ${kind} ${pdv.isLast ? "last" : "more"}: `;
        },
        pdvBytes: (buffer, start, end) => {
          this.#bytes += buffer.toString("latin1", start, end);
        },
        pdvEnded: () => {
          this.heard.push(this.#bytes);
          if (stopAfterEach) this.reader.stop();
        },
      },
      maxDataLength,
    );
  }

  read(bytes: Buffer): number {
    return this.reader.read(bytes, 0, bytes.length);
  }
}

/** A P-DATA-TF with PDVs of context 1. */
function data(...fragments: readonly string[]): Buffer {
  const items = fragments.map((text, index) => {
    const item = Buffer.alloc(12 + text.length);
    const isLast = index === fragments.length - 1;
    writeFragmentHeader(item, 0, { contextId: 1, isCommand: false, isLast, length: text.length });
    item.write(text, 12, "latin1");
    return item.subarray(6);
  });
  const body = Buffer.concat(items);
  const header = Buffer.from([PduType.data, 0, 0, 0, 0, body.length]);
  return Buffer.concat([header, body]);
}

const STREAM = Buffer.concat([
  data("ab", "", "cdefghi"),
  encodeReleaseRequest(),
  data(""),
  encodeAbort({ source: 2, reason: 6 }),
]);
const HEARD = [
  "1 data more: ab",
  "1 data more: ",
  "1 data last: cdefghi",
  "5: 00000000",
  "1 data last: ",
  "7: 00000206",
];

describe("a stream of PDUs", () => {
  it("is read the same when it is cut in two anywhere", () => {
    for (let cut = 0; cut <= STREAM.length; cut += 1) {
      const scribe = new Scribe();
      scribe.read(STREAM.subarray(0, cut));
      scribe.read(STREAM.subarray(cut));
      expect(scribe.heard).toEqual(HEARD);
    }
  });

  it.each([1, 2, 3, 5, 7])("is read the same in packets of %i bytes", (length) => {
    const scribe = new Scribe();
    for (let start = 0; start < STREAM.length; start += length) {
      scribe.read(STREAM.subarray(start, start + length));
    }
    expect(scribe.heard).toEqual(HEARD);
  });

  it("is read the same when it is stopped after every PDU and goes on from there", () => {
    const scribe = new Scribe(1000, true);
    let position = 0;
    let turns = 0;
    while (position < STREAM.length) {
      position = scribe.reader.read(STREAM, position, STREAM.length);
      turns += 1;
      expect(scribe.heard).toHaveLength(Math.min(turns, HEARD.length));
    }
    expect(scribe.heard).toEqual(HEARD);
  });

  it("passes bytes of P-DATA on where they are, without a copy", () => {
    const whole = data("payload");
    const seen: Buffer[] = [];
    const nothing = () => {};
    const handler = { pduStarted: nothing, controlPdu: nothing, pdvStarted: nothing, pdvEnded: nothing };
    const reader = new PduReader({ ...handler, pdvBytes: (buffer) => seen.push(buffer) }, 100);
    reader.read(whole, 0, whole.length);
    expect(seen).toEqual([whole]);
    expect(seen[0]).toBe(whole);
  });
});

describe("limits", () => {
  const header = (type: number, length: number) => {
    const bytes = Buffer.from([type, 0, 0, 0, 0, 0]);
    bytes.writeUInt32BE(length, 2);
    return bytes;
  };

  it.each([
    [0, 4, "unrecognizedPdu"],
    [8, 4, "unrecognizedPdu"],
    [PduType.associateRequest, 65_537, "invalidParameter"],
    [PduType.abort, 3, "invalidParameter"],
    [PduType.data, 1001, "invalidParameter"],
    [PduType.data, 5, "invalidParameter"],
  ])("type %i with %i bytes: %s, at the header", (type, length, fault) => {
    expect(() => new Scribe().read(header(type, length))).toThrow(expect.objectContaining({ fault }));
  });

  it("an A-ASSOCIATE-RQ of 64 KB and a P-DATA of the announced maximum are right", () => {
    expect(new Scribe().read(header(PduType.associateRequest, 65_536))).toBe(6);
    expect(new Scribe().read(header(PduType.data, 1000))).toBe(6);
  });

  it("the handler may refuse a PDU by its type, before a byte of it is kept", () => {
    const nothing = () => {};
    const refuse = () => {
      throw new ProtocolError("unexpectedPdu", "not now");
    };
    const handler = { controlPdu: nothing, pdvStarted: nothing, pdvBytes: nothing, pdvEnded: nothing };
    const reader = new PduReader({ ...handler, pduStarted: refuse }, 100);
    expect(() => reader.read(header(PduType.data, 10), 0, 6)).toThrow("not now");
  });
});

describe("a command", () => {
  it("is one buffer of PDUs that keep to the peer's maximum", () => {
    const command = { commandField: 0x30, hasDataSet: false, messageId: 7, affectedSopClassUid: "1.2.3" };
    const scribe = new Scribe(20);
    scribe.read(encodeCommand(5, command, 20));
    expect(scribe.heard.length).toBeGreaterThan(3);
    const last = scribe.heard.pop();
    expect(last).toMatch(/^5 command last: /);
    for (const line of scribe.heard) expect(line).toMatch(/^5 command more: /);
  });
});
