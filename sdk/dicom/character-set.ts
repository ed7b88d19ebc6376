// Decodes text by SpecificCharacterSet (0008,0005); wrong or unknown sets give readable text, never an error.

/** Sets without code extensions (PS3.3 C.12.1.1.2, tables C.12-2 and C.12-5) and what decodes them. */
const SINGLE: Readonly<Record<string, string>> = {
  "ISO_IR 6": "latin1",
  "ISO_IR 100": "latin1",
  "ISO_IR 101": "iso-8859-2",
  "ISO_IR 109": "iso-8859-3",
  "ISO_IR 110": "iso-8859-4",
  "ISO_IR 144": "iso-8859-5",
  "ISO_IR 127": "iso-8859-6",
  "ISO_IR 126": "iso-8859-7",
  "ISO_IR 138": "iso-8859-8",
  "ISO_IR 148": "windows-1254",
  "ISO_IR 203": "iso-8859-15",
  "ISO_IR 166": "windows-874",
  "ISO_IR 13": "shift_jis",
  "ISO_IR 192": "utf-8",
  GB18030: "gb18030",
  GBK: "gbk",
};

/** Code elements of ISO 2022 by what follows the escape byte (PS3.3 tables C.12-3 and C.12-4). */
const ESCAPES: Readonly<Record<string, Shift>> = {
  "(B": { half: "low", decoder: "latin1" },
  "(J": { half: "low", decoder: "shift_jis" },
  ")I": { half: "high", decoder: "shift_jis" },
  "-A": { half: "high", decoder: "latin1" },
  "-B": { half: "high", decoder: "iso-8859-2" },
  "-C": { half: "high", decoder: "iso-8859-3" },
  "-D": { half: "high", decoder: "iso-8859-4" },
  "-L": { half: "high", decoder: "iso-8859-5" },
  "-G": { half: "high", decoder: "iso-8859-6" },
  "-F": { half: "high", decoder: "iso-8859-7" },
  "-H": { half: "high", decoder: "iso-8859-8" },
  "-M": { half: "high", decoder: "windows-1254" },
  "-b": { half: "high", decoder: "iso-8859-15" },
  "-T": { half: "high", decoder: "windows-874" },
  "$)C": { half: "high", decoder: "euc-kr" },
  "$)A": { half: "high", decoder: "gbk" },
  $B: { half: "low", decoder: "euc-jp", kanji: [] },
  "$(D": { half: "low", decoder: "euc-jp", kanji: [0x8f] },
};

/** `kanji`: two bytes of seven bits for each character; raised by 0x80 and led by these bytes it is EUC-JP. */
interface Shift {
  readonly half: "low" | "high";
  readonly decoder: string;
  readonly kanji?: readonly number[];
}

const ESCAPE = 0x1b;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const decoders = new Map<string, InstanceType<typeof TextDecoder>>();

/**
 * Decodes a value of VR LO, LT, PN, SH, ST, UC or UT. Padding at its end is removed.
 * @param characterSet the value of SpecificCharacterSet (0008,0005) as it stands, `\` between several;
 *   without one, text beyond ASCII is tried as UTF-8 and then taken as latin1
 */
export function decodeText(bytes: Uint8Array, characterSet: string | undefined): string {
  // most text is plain, and plain text is the same in every set but the Japanese one, which has a yen sign for `\\`
  if (isPlain(bytes))
    return Buffer.from(bytes.buffer, bytes.byteOffset, plainLength(bytes)).toString("latin1");
  const [first = "", ...others] = (characterSet ?? "").split("\\").map(normalName);
  const extended = others.length > 0 || (characterSet ?? "").includes("2022");
  const text =
    extended && bytes.includes(ESCAPE)
      ? decodeExtended(bytes, SINGLE[first] ?? "latin1")
      : decodeSingle(bytes, SINGLE[first] ?? (extended ? "latin1" : undefined));
  return text.replace(/[\0 ]+$/, "");
}

/** Letters, digits and signs of ISO 646 that no set gives another meaning. */
function isPlain(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte >= 0x7e || byte === ESCAPE || byte === BACKSLASH) return false;
  return true;
}

/** Without the padding at its end. */
function plainLength(bytes: Uint8Array): number {
  let length = bytes.length;
  while (length > 0 && (bytes[length - 1] === 0 || bytes[length - 1] === SPACE)) length -= 1;
  return length;
}

/** `iso 2022 ir 100`, `ISO-IR 100` and `ISO_IR_100` all mean `ISO_IR 100` to somebody. */
function normalName(name: string): string {
  const number = /IR[ _-]*(\d+)/i.exec(name)?.[1];
  return number ? `ISO_IR ${number}` : name.trim().toUpperCase();
}

function decodeSingle(bytes: Uint8Array, decoder: string | undefined): string {
  if (decoder) return decodeWith(decoder, bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return decodeWith("latin1", bytes);
  }
}

/** ISO 2022: each escape sequence changes what the low or the high half of the bytes mean from there on. */
function decodeExtended(bytes: Uint8Array, initial: string): string {
  let low: Shift = { half: "low", decoder: initial };
  let high: Shift = { half: "high", decoder: initial };
  let text = "";
  let start = 0;
  while (start < bytes.length) {
    const code = readEscape(bytes, start);
    if (code) {
      if (code.shift?.half === "low") low = code.shift;
      if (code.shift?.half === "high") high = code.shift;
      start += code.length;
    }
    const next = bytes.indexOf(ESCAPE, code ? start : start + 1);
    const end = next < 0 ? bytes.length : next;
    text += decodeRun(bytes.subarray(start, end), low, high);
    start = end;
  }
  return text;
}

function readEscape(bytes: Uint8Array, at: number): { shift: Shift | undefined; length: number } | undefined {
  if (bytes[at] !== ESCAPE) return undefined;
  for (const length of [3, 2]) {
    const shift = ESCAPES[String.fromCharCode(...bytes.subarray(at + 1, at + 1 + length))];
    if (shift) return { shift, length: length + 1 };
  }
  return { shift: undefined, length: 1 };
}

/** Bytes between two escapes. A control character ends kanji, as PS3.5 6.1.2.5.3 wants at each line. */
function decodeRun(run: Uint8Array, low: Shift, high: Shift): string {
  if (!low.kanji) return decodeWith(high.decoder === "latin1" ? low.decoder : high.decoder, run);
  const end = run.findIndex((byte) => byte < 0x20);
  const kanji = end < 0 ? run : run.subarray(0, end);
  const euc: number[] = [];
  for (let at = 0; at + 1 < kanji.length; at += 2) {
    euc.push(...low.kanji, kanji[at]! | 0x80, kanji[at + 1]! | 0x80);
  }
  const rest = end < 0 ? "" : decodeWith(high.decoder, run.subarray(end));
  return decodeWith(low.decoder, Uint8Array.from(euc)) + rest;
}

function decodeWith(name: string, bytes: Uint8Array): string {
  if (name === "latin1") return Buffer.from(bytes).toString("latin1");
  let decoder = decoders.get(name);
  if (!decoder) {
    decoder = new TextDecoder(name, { ignoreBOM: true });
    decoders.set(name, decoder);
  }
  return decoder.decode(bytes);
}
