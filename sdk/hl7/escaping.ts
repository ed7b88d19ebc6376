// Escape sequences of HL7 version 2 (2.5.1 section 2.7): what keeps a value from ending the field it stands in.
import { decodeHl7 } from "./character-set.ts";

const BY_CHARACTER: Readonly<Record<string, string>> = {
  "|": "\\F\\",
  "^": "\\S\\",
  "&": "\\T\\",
  "~": "\\R\\",
  "\\": "\\E\\",
};
const BY_LETTER: Readonly<Record<string, string>> = { F: "|", S: "^", T: "&", R: "~", E: "\\" };

/** The delimiters, and all that could end a segment or a frame of MLLP. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be found
const UNSAFE = /[|^&~\\\u0000-\u001f\u007f]/g;
const LINE_BREAK = /\r\n|\r|\n/;
/** Just these: a backslash that begins none of them is one that somebody forgot to escape. */
const SEQUENCE = /\\([FSTRE]|\.br|X(?:[0-9A-Fa-f]{2})+)\\/g;

/** Any text, as it must stand in a field; line breaks and other control characters become `\Xhh\`. */
export const escapeHl7 = (text: string): string =>
  text.toWellFormed().replaceAll(UNSAFE, (character) => BY_CHARACTER[character] ?? hexOf(character));

/** Formatted text (data type FT): lines are parted by `\.br\`. */
export const escapeLines = (text: string): string => text.split(LINE_BREAK).map(escapeHl7).join("\\.br\\");

/** What stands in a field, as it was meant. Sequences that format or highlight are left as they are. */
export function unescapeHl7(text: string): string {
  return text.replaceAll(SEQUENCE, (whole, body: string) => {
    if (body === ".br") return "\n";
    if (body.startsWith("X")) return decodeHl7(Buffer.from(body.slice(1), "hex"));
    return BY_LETTER[body] ?? whole;
  });
}

const hexOf = (character: string): string =>
  `\\X${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}\\`;
