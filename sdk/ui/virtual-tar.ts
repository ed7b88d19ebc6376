// Packs a folder into one TAR that exists nowhere: a Blob of headers and the files themselves, read when they are sent.

/** A file of a folder with its path in it, with slashes. */
export interface FolderFile {
  readonly path: string;
  readonly file: Blob;
}

type Part = Blob | Uint8Array<ArrayBuffer>;

const BLOCK = 512;
const LONGEST_NAME = 100;
const text = new TextEncoder();

/**
 * The same files always give the same bytes, in the order of their paths, so that a transfer can go on after the
 * page was loaded again and the same folder was chosen. Costs 512 bytes of memory for each file.
 */
export function virtualTar(files: readonly FolderFile[]): Blob {
  const parts: Part[] = [];
  for (const { path, file } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const name = text.encode(path);
    if (name.length > LONGEST_NAME) parts.push(...paxHeader(path));
    parts.push(header(name.subarray(0, LONGEST_NAME), file.size, "0"), file, padding(file.size));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return new Blob(parts);
}

/** POSIX.1-2001 extended header: a record with the length of itself, for a path that the block has no room for. */
function paxHeader(path: string): Part[] {
  const content = text.encode(` path=${path}\n`);
  let length = content.length;
  while (String(length).length + content.length !== length) length = String(length).length + content.length;
  const record = new Uint8Array([...text.encode(String(length)), ...content]);
  return [header(text.encode("PaxHeader"), record.length, "x"), record, padding(record.length)];
}

const padding = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);

/** A block of the ustar interchange format. Times and owners stay empty: they say nothing that anybody needs. */
function header(name: Uint8Array, size: number, type: "0" | "x"): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, value: string) => block.set(text.encode(value), at);
  block.set(name, 0);
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${size.toString(8).padStart(11, "0")}\0`);
  put(136, "00000000000\0");
  put(148, "        ");
  put(156, type);
  put(257, "ustar\x0000");
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}
