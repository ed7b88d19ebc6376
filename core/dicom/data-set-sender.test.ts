// Streaming a file: order, limits of the peer, and how much is in memory while the peer is slow.
import { open } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { NotPart10 } from "@thalamus/sdk/dicom";
import { CommandField, MessageReader, PduReader } from "@thalamus/sdk/dicom/net";
import { afterAll, describe, expect, it } from "vitest";
import { DataSetSender, fileSource } from "./data-set-sender.ts";
import { readPart10Meta } from "./part10-meta.ts";
import { TestFiles } from "./testing/test-files.ts";

const files = new TestFiles();
afterAll(() => files[Symbol.dispose]());

const COMMAND = { commandField: CommandField.storeRequest, hasDataSet: true, messageId: 1 };

function sourceOf(fd: number) {
  const { dataSetStart, fileBytes } = readPart10Meta(fd);
  return fileSource(fd, dataSetStart, fileBytes);
}

/** Takes what is written after a while, as a slow peer does, and reads it as DICOM. */
class SlowOutlet {
  readonly writes: number[] = [];
  mostInFlight = 0;
  #inFlight = 0;
  readonly #parts: Buffer[] = [];
  readonly #pdus: PduReader;

  constructor(maxPduLength: number) {
    const messages = new MessageReader({
      command: () => {},
      dataSetBytes: (buffer, start, end) => this.#parts.push(Buffer.from(buffer.subarray(start, end))),
      dataSetEnded: () => {},
    });
    const handler = {
      pduStarted: () => {},
      controlPdu: () => {},
      pdvStarted: messages.pdvStarted.bind(messages),
      pdvBytes: messages.pdvBytes.bind(messages),
      pdvEnded: messages.pdvEnded.bind(messages),
    };
    this.#pdus = new PduReader(handler, maxPduLength);
  }

  get dataSet(): Buffer {
    return Buffer.concat(this.#parts);
  }

  async write(bytes: Buffer): Promise<void> {
    this.#inFlight += bytes.length;
    this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight);
    this.writes.push(bytes.length);
    await setImmediate();
    await setImmediate();
    // Only now: a sender that used its buffer again too early is found out.
    this.#pdus.read(bytes, 0, bytes.length);
    this.#inFlight -= bytes.length;
  }
}

describe("a data set", () => {
  it("goes out in blocks of 256 KB, one at a time, however long the file is", async () => {
    const test = files.write(5_000_000);
    const outlet = new SlowOutlet(16_384);
    await using file = await open(test.path);
    const meta = readPart10Meta(file.fd);
    await new DataSetSender(outlet, 16_384).send(
      1,
      COMMAND,
      fileSource(file.fd, meta.dataSetStart, meta.fileBytes),
    );
    expect(outlet.dataSet.equals(test.dataSet)).toBe(true);
    expect(outlet.mostInFlight).toBeLessThan(270_000);
    expect(outlet.writes.length).toBeGreaterThan(18);
  });

  it("that is small goes out in one write together with its command", async () => {
    const test = files.write(139_000);
    const outlet = new SlowOutlet(131_072);
    await using file = await open(test.path);
    await new DataSetSender(outlet, 131_072).send(1, COMMAND, sourceOf(file.fd));
    expect(outlet.writes).toHaveLength(1);
    expect(outlet.dataSet.equals(test.dataSet)).toBe(true);
  });

  it("that became shorter meanwhile is given up", async () => {
    const test = files.write(100_000);
    await using file = await open(test.path, "r+");
    const meta = readPart10Meta(file.fd);
    await file.truncate(50_000);
    const sent = new DataSetSender(new SlowOutlet(16_384), 16_384).send(
      1,
      COMMAND,
      fileSource(file.fd, meta.dataSetStart, meta.fileBytes),
    );
    await expect(sent).rejects.toThrow(NotPart10);
  });
});
