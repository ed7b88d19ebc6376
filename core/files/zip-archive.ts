// A ZIP that is made while it is sent: nothing of it is held in memory or on the disk.
import type { Readable } from "node:stream";
import { type ReadStreamOptions, ZipFile } from "yazl";

/**
 * Half an archive must not look like a whole one, so a file that cannot be read ends the stream with its error; whoever stops
 * taking the archive closes the file that was being read.
 */
export class ZipArchive {
  readonly #zip = new ZipFile();
  readonly #stream = this.#zip.outputStream as Readable;
  #reading: Readable | undefined;

  constructor() {
    this.#zip.on("error", (error: Error) => this.#stream.destroy(error));
    this.#stream.on("close", () => this.#reading?.destroy());
  }

  addText(name: string, text: string): void {
    this.#zip.addBuffer(Buffer.from(text, "utf8"), name);
  }

  /** @param open called when its turn comes, so that a thousand files are not open at once */
  addFile(name: string, options: Partial<ReadStreamOptions>, open: () => Readable | Promise<Readable>): void {
    this.#zip.addReadStreamLazy(name, options, (give) => {
      const opened = async () => {
        const reading = await open();
        this.#reading = reading;
        // yazl hears only of files that it opened itself, and an error that nobody hears ends the process
        reading.on("error", (error) => this.#stream.destroy(error));
        if (this.#stream.destroyed) reading.destroy();
        else give(null, reading);
      };
      opened().catch((error: unknown) => give(error, undefined as unknown as Readable));
    });
  }

  /** Nothing is added after this. @returns the archive, read only as fast as it is taken */
  end(): Readable {
    this.#zip.end();
    return this.#stream;
  }
}
