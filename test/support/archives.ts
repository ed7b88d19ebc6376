// Packs files into archives for tests, good ones and bad ones.
import { gzipSync } from "node:zlib";
import { type Header, pack } from "tar-stream";
import { fromBuffer } from "yauzl";
import { ZipFile } from "yazl";

export interface PackedFile {
  readonly path: string;
  readonly bytes: Buffer;
}

async function gathered(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

export function zipOf(files: readonly PackedFile[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { path, bytes } of files) zip.addBuffer(bytes, path, { mtime: new Date(0) });
  zip.end();
  return gathered(zip.outputStream as unknown as AsyncIterable<unknown>);
}

/** A name in a ZIP that its writer would refuse: put in place of one of the same length. */
export function renamedInZip(zip: Buffer, from: string, to: string): Buffer {
  const bytes = Buffer.from(zip);
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.write(to, at, "latin1");
  return bytes;
}

export type TarEntry = PackedFile | { readonly header: Partial<Header> & { name: string } };

export async function tarOf(files: readonly TarEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const file of files) {
    if ("header" in file) tar.entry(file.header);
    else tar.entry({ name: file.path }, file.bytes);
  }
  tar.finalize();
  return await gathered(tar as unknown as AsyncIterable<unknown>);
}

export const tarGzOf = async (files: readonly TarEntry[]): Promise<Buffer> => gzipSync(await tarOf(files));

/** The files of a ZIP, by name. */
export function unzipped(zip: Buffer): Promise<Map<string, Buffer>> {
  return new Promise((resolve, reject) => {
    fromBuffer(zip, { lazyEntries: true }, (fault, archive) => {
      if (fault) return reject(fault);
      const files = new Map<string, Buffer>();
      archive.on("end", () => resolve(files));
      archive.on("entry", (entry) => {
        archive.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed);
          void gathered(stream).then((content) => {
            files.set(entry.fileName, content);
            archive.readEntry();
          }, reject);
        });
      });
      archive.readEntry();
    });
  });
}
