// Reads a TAR archive entry by entry; each is read to its end before the next one comes.
import { type Extract, extract, type Header } from "tar-stream";

export interface TarEntry {
  readonly header: Header;
  readonly content: AsyncIterable<Buffer>;
}

/** @throws Error of the source, or when it is no whole archive */
export async function* tarEntries(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const tar = extract();
  const feeding = feed(source, tar).catch((error: Error) => {
    tar.destroy(error);
  });
  try {
    for await (const entry of tar) {
      // a stream that is left in the middle would end the whole walk, so the iterator is never closed
      const chunks = entry[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
      yield { header: entry.header, content: rest(chunks) };
      for await (const _ of rest(chunks));
    }
  } finally {
    tar.destroy();
    await feeding;
  }
}

async function* rest(chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  for (;;) {
    const { value, done } = await chunks.next();
    if (done) return;
    yield value;
  }
}

/** No faster than the parser takes it. */
async function feed(source: AsyncIterable<Uint8Array>, tar: Extract): Promise<void> {
  const closed = new Promise<void>((resolve) => tar.once("close", () => resolve()));
  for await (const chunk of source) {
    if (tar.destroying) return;
    if (tar.write(Buffer.from(chunk))) continue;
    await Promise.race([closed, new Promise<void>((resolve) => tar.once("drain", () => resolve()))]);
  }
  tar.end(null);
}
