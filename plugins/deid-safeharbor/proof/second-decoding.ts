// Text of a value by SpecificCharacterSet (0008,0005), as the proof decodes it: never an error, at worst odd letters.

/** Decoders by the number of the set (PS3.3 C.12.1.1.2), with and without code extensions. */
const BY_NUMBER: Readonly<Record<string, string>> = {
  "6": "utf-8",
  "100": "windows-1252",
  "101": "iso-8859-2",
  "109": "iso-8859-3",
  "110": "iso-8859-4",
  "144": "iso-8859-5",
  "127": "iso-8859-6",
  "126": "iso-8859-7",
  "138": "iso-8859-8",
  "148": "windows-1254",
  "203": "iso-8859-15",
  "166": "windows-874",
  "13": "shift_jis",
  "87": "iso-2022-jp",
  "159": "iso-2022-jp",
  "149": "euc-kr",
  "58": "gbk",
  "192": "utf-8",
};

/** What an escape sequence of ISO 2022 switches to, by the bytes after the escape (PS3.3 Table C.12-3, C.12-4). */
const BY_ESCAPE: readonly (readonly [string, string])[] = [
  ["(B", "utf-8"],
  ["(J", "shift_jis"],
  [")I", "shift_jis"],
  ["$)C", "euc-kr"],
  ["$)A", "gbk"],
  ["-A", "windows-1252"],
  ["-B", "iso-8859-2"],
  ["-C", "iso-8859-3"],
  ["-D", "iso-8859-4"],
  ["-L", "iso-8859-5"],
  ["-G", "iso-8859-6"],
  ["-F", "iso-8859-7"],
  ["-H", "iso-8859-8"],
  ["-M", "windows-1254"],
  ["-b", "iso-8859-15"],
  ["-T", "windows-874"],
];
const KANJI = ["$B", "$@", "$(D"];
const ESCAPE = 0x1b;

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();

function decodeWith(name: string, bytes: Uint8Array): string {
  let decoder = decoders.get(name);
  if (!decoder) {
    decoder = new TextDecoder(name, { ignoreBOM: true });
    decoders.set(name, decoder);
  }
  return decoder.decode(bytes);
}

/** Whether bytes are the same in every set: no letter beyond ASCII and no escape. */
export function isPlainText(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at]!;
    if (byte >= 0x80 || byte === ESCAPE) return false;
  }
  return true;
}

/** Padding stays where it is. @param characterSet the value of (0008,0005) as it stands */
export function decodedText(bytes: Buffer, characterSet: string): string {
  if (isPlainText(bytes, 0, bytes.length)) return bytes.toString("latin1", 0, bytes.length);
  const named = decoderOf(characterSet);
  if (!bytes.includes(ESCAPE)) return withoutFailing(named, bytes);
  let text = "";
  let decoder = named === "iso-2022-jp" || named === "utf-8" ? "windows-1252" : named;
  for (let at = 0; at < bytes.length; ) {
    const next = bytes.indexOf(ESCAPE, at + 1);
    const end = next < 0 ? bytes.length : next;
    const run = bytes.subarray(at, end);
    const code = run[0] === ESCAPE ? run.toString("latin1", 1, 4) : "";
    const found = BY_ESCAPE.find(([known]) => code.startsWith(known));
    if (KANJI.some((known) => code.startsWith(known))) text += kanji(run, code.startsWith("$(D"));
    else if (found) {
      // back to ASCII only for the low half: letters of the high half keep their set
      if (found[0] !== "(B") decoder = found[1];
      text += decodeWith(decoder, run.subarray(1 + found[0].length));
    } else text += decodeWith(decoder, run);
    at = end;
  }
  return text;
}

/** Two bytes of seven bits for each letter; raised they are EUC-JP. */
function kanji(run: Buffer, supplement: boolean): string {
  const letters = run.subarray(supplement ? 4 : 3);
  const raised: number[] = [];
  let at = 0;
  for (; at + 1 < letters.length && letters[at]! > 0x20; at += 2) {
    if (supplement) raised.push(0x8f);
    raised.push(letters[at]! | 0x80, letters[at + 1]! | 0x80);
  }
  return decodeWith("euc-jp", Uint8Array.from(raised)) + letters.toString("latin1", at, letters.length);
}

/** A single set by its number; of several the first one that says more than ASCII. */
function decoderOf(characterSet: string): string {
  if (/GB18030/i.test(characterSet)) return "gb18030";
  if (/GBK/i.test(characterSet)) return "gbk";
  const numbers = [...characterSet.matchAll(/IR[ _-]*(\d+)/gi)].map(([, number]) => number!);
  const telling = numbers.find((number) => number !== "6") ?? "6";
  return BY_NUMBER[telling] ?? "utf-8";
}

/** Bytes that the named set cannot hold are taken as Latin-1, as most writers mean it. */
function withoutFailing(name: string, bytes: Buffer): string {
  const text = decodeWith(name, bytes);
  return name === "utf-8" && text.includes("\ufffd") ? bytes.toString("latin1", 0, bytes.length) : text;
}
