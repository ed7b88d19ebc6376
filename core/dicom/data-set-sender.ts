// Streams the data set of a file as P-DATA, in blocks of 256 KB whatever the size of the file.
import { readv } from "node:fs";
import { promisify } from "node:util";
import { NotPart10 } from "@thalamus/sdk/dicom";
import {
  type CommandSet,
  encodeCommand,
  FRAGMENT_HEADER_LENGTH,
  longestFragment,
  writeFragmentHeader,
} from "@thalamus/sdk/dicom/net";

const readInto = promisify(readv);

/** How much is read from a file at once, in bytes. */
const BLOCK_BYTES = 256 * 1024;
/** The command goes out in one write with the first block. */
const COMMAND_ROOM = 4096;

/** Where the bytes of a data set come from. */
export interface DataSource {
  /** Offsets of its first byte and behind its last one, as `read` counts them. */
  readonly start: number;
  readonly end: number;
  /** Fills the buffers from a position on. @returns how many bytes there were */
  read(targets: Buffer[], position: number): Promise<number>;
}

/** An open file, from where its data set begins. */
export const fileSource = (fd: number, start: number, end: number): DataSource => ({
  start,
  end,
  read: async (targets, position) => (await readInto(fd, targets, position)).bytesRead,
});

/** A data set in memory. */
export const bytesSource = (bytes: Buffer): DataSource => ({
  start: 0,
  end: bytes.length,
  read: async (targets, position) => {
    let at = position;
    for (const target of targets) at += bytes.copy(target, 0, at);
    return at - position;
  },
});

/** Where bytes go; the association. */
export interface Outlet {
  write(bytes: Buffer): Promise<void>;
}

/** Sends C-STORE requests over one association, with two buffers: one fills while the other goes out. */
export class DataSetSender {
  readonly #outlet: Outlet;
  readonly #maxPduLength: number;
  readonly #fragmentBytes: number;
  readonly #fragmentsPerBlock: number;
  readonly #blocks: readonly [Buffer, Buffer];

  /** @param maxPduLength what the peer announced; 0 means no limit */
  constructor(outlet: Outlet, maxPduLength: number) {
    this.#outlet = outlet;
    this.#maxPduLength = maxPduLength;
    this.#fragmentBytes = Math.min(longestFragment(maxPduLength), BLOCK_BYTES);
    this.#fragmentsPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / this.#fragmentBytes));
    const bytes = COMMAND_ROOM + this.#fragmentsPerBlock * (FRAGMENT_HEADER_LENGTH + this.#fragmentBytes);
    this.#blocks = [Buffer.allocUnsafeSlow(bytes), Buffer.allocUnsafeSlow(bytes)];
  }

  /**
   * Sends a command and a data set after it.
   * @throws NotPart10 when the file is shorter than it was; the association is in mid-message then
   */
  async send(contextId: number, command: CommandSet, source: DataSource): Promise<void> {
    let length = encodeCommand(contextId, command, this.#maxPduLength).copy(this.#blocks[0]);
    let position = source.start;
    let written = Promise.resolve();
    for (let turn = 0; turn === 0 || position < source.end; turn += 1) {
      const block = this.#blocks[turn % 2 === 0 ? 0 : 1];
      const filled = await this.#fill(block, length, contextId, source, position);
      position += filled.dataBytes;
      await written;
      written = this.#outlet.write(block.subarray(0, filled.end));
      // A failure is heard at the next await of it; until then it must not count as unhandled.
      written.catch(() => {});
      length = 0;
    }
    await written;
  }

  /** Reads as many fragments as fit, each straight to its place behind its header. */
  async #fill(
    block: Buffer,
    start: number,
    contextId: number,
    source: DataSource,
    position: number,
  ): Promise<{ readonly end: number; readonly dataBytes: number }> {
    const dataBytes = Math.min(source.end - position, this.#fragmentsPerBlock * this.#fragmentBytes);
    const targets: Buffer[] = [];
    let end = start;
    let left = dataBytes;
    do {
      const length = Math.min(left, this.#fragmentBytes);
      left -= length;
      const isLast = left === 0 && position + dataBytes === source.end;
      writeFragmentHeader(block, end, { contextId, isCommand: false, isLast, length });
      targets.push(block.subarray(end + FRAGMENT_HEADER_LENGTH, end + FRAGMENT_HEADER_LENGTH + length));
      end += FRAGMENT_HEADER_LENGTH + length;
    } while (left > 0);
    const bytesRead = await source.read(targets, position);
    if (bytesRead !== dataBytes) throw new NotPart10("the file became shorter while it was sent");
    return { end, dataBytes };
  }
}
