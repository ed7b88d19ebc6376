// Cuts an attached container's stream into what it wrote to its two outputs (Docker Engine API, "Stream format").

const HEADER_BYTES = 8;
const STDOUT = 1;
const STDERR = 2;

export interface Outputs {
  readonly stdout: (bytes: Buffer) => void;
  readonly stderr: (bytes: Buffer) => void;
}

/**
 * Each frame has a header of 8 bytes: the stream (1 stdout, 2 stderr), three zeros, and the length of what follows as a
 * big-endian number of 32 bits. Frames and chunks begin and end where they like.
 */
export class FrameCutter {
  readonly #outputs: Outputs;
  #header = Buffer.alloc(0);
  #stream = 0;
  #left = 0;

  constructor(outputs: Outputs) {
    this.#outputs = outputs;
  }

  /** @throws Error when it is no stream of frames */
  feed(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#left === 0) rest = this.#readHeader(rest);
      else rest = this.#readPayload(rest);
    }
  }

  #readHeader(bytes: Buffer): Buffer {
    const missing = HEADER_BYTES - this.#header.length;
    this.#header = Buffer.concat([this.#header, bytes.subarray(0, missing)]);
    if (this.#header.length === HEADER_BYTES) {
      this.#stream = this.#header[0] ?? 0;
      if (this.#stream > STDERR || this.#header.readUIntBE(1, 3) !== 0)
        throw new Error("no frame of a container");
      this.#left = this.#header.readUInt32BE(4);
      this.#header = Buffer.alloc(0);
    }
    return bytes.subarray(missing);
  }

  #readPayload(bytes: Buffer): Buffer {
    const payload = bytes.subarray(0, this.#left);
    this.#left -= payload.length;
    if (this.#stream === STDOUT) this.#outputs.stdout(payload);
    if (this.#stream === STDERR) this.#outputs.stderr(payload);
    return bytes.subarray(payload.length);
  }
}
