// Stands where a file would be written, for a pass that is only looked at.
import type { Target } from "./target-writer.ts";

export class UnwrittenTarget implements Target {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  write(bytes: Buffer): void {
    this.#bytes += bytes.length;
  }

  async writeAsync(bytes: Buffer): Promise<void> {
    this.#bytes += bytes.length;
  }

  async finish(): Promise<string> {
    return "";
  }
}
