// Names from around the world, as PS3.5 annexes H to K write them.
import { describe, expect, it } from "vitest";
import { decodeText } from "./character-set.ts";

const bytes = (latin1: string) => Buffer.from(latin1, "latin1");
const ESC = "\x1b";

describe("text by SpecificCharacterSet (0008,0005)", () => {
  it.each([
    ["ISO_IR 100", "Buc^J\xe9r\xf4me", "Buc^Jérôme"],
    ["ISO_IR 101", "Wa\xb3\xeasa", "Wałęsa"],
    ["ISO_IR 144", "\xbb\xee\xda\xe1\xd5\xdc\xd1\xe3\xe0\xd3", "Люксембург"],
    ["ISO_IR 126", "\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2", "Διονυσιος"],
    ["ISO_IR 127", "\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1", "قباني^لنزار"],
    ["ISO_IR 138", "\xf9\xf8\xe5\xef^\xe3\xe1\xe5\xf8\xe4", "שרון^דבורה"],
    ["ISO_IR 148", "\xc7avu\xfeo\xf0lu", "Çavuşoğlu"],
    ["ISO_IR 166", "\xb9\xd2\xc2", "นาย"],
    ["ISO_IR 13", "\xd4\xcf\xc0\xde^\xc0\xdb\xb3", "ﾔﾏﾀﾞ^ﾀﾛｳ"],
    ["GB18030", "Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab", "Wang^XiaoDong=王^小东"],
    ["ISO 2022 IR 100", "J\xe9r\xf4me", "Jérôme"],
    ["iso-ir 100", "J\xe9r\xf4me", "Jérôme"],
  ])("%s", (set, written, expected) => {
    expect(decodeText(bytes(written), set)).toBe(expected);
  });

  it("ISO_IR 192 and its padding", () => {
    expect(decodeText(Buffer.from("Müller^Jürgen  \0", "utf8"), "ISO_IR 192")).toBe("Müller^Jürgen");
  });

  it("Japanese with kanji and kana by escapes (PS3.5 H.3.1)", () => {
    const name =
      `Yamada^Tarou=${ESC}$B;3ED${ESC}(B^${ESC}$BB@O:${ESC}(B=` +
      `${ESC}$B$d$^$@${ESC}(B^${ESC}$B$?$m$&${ESC}(B`;
    expect(decodeText(bytes(name), "\\ISO 2022 IR 87")).toBe("Yamada^Tarou=山田^太郎=やまだ^たろう");
    const katakana = `\xd4\xcf\xc0\xde^\xc0\xdb\xb3=${ESC}$B;3ED${ESC}(J^${ESC}$BB@O:${ESC}(J`;
    expect(decodeText(bytes(katakana), "ISO 2022 IR 13\\ISO 2022 IR 87")).toBe("ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎");
  });

  it("Korean by an escape for the high half (PS3.5 I.2)", () => {
    const name = `Hong^Gildong=${ESC}$)C\xfb\xf3^${ESC}$)C\xd1\xce\xd4\xd7`;
    expect(decodeText(bytes(name), "\\ISO 2022 IR 149")).toBe("Hong^Gildong=洪^吉洞");
  });

  it("Chinese by an escape for the high half (PS3.5 K.2)", () => {
    const name = `Zhang^XiaoDong=${ESC}$)A\xd5\xc5^${ESC}$)A\xd0\xa1\xb6\xab`;
    expect(decodeText(bytes(name), "\\ISO 2022 IR 58")).toBe("Zhang^XiaoDong=张^小东");
  });

  it("without a set tries UTF-8, then latin1", () => {
    expect(decodeText(Buffer.from("Jérôme", "utf8"), undefined)).toBe("Jérôme");
    expect(decodeText(bytes("J\xe9r\xf4me"), undefined)).toBe("Jérôme");
    expect(decodeText(bytes("J\xe9r\xf4me"), "NO SUCH SET")).toBe("Jérôme");
  });

  it("never throws, whatever the bytes and the set", () => {
    const noise = Uint8Array.from({ length: 256 }, (_, i) => (i * 73 + (i % 9 === 0 ? 0x1b : 0)) & 255);
    const sets = [
      "ISO_IR 192",
      "\\ISO 2022 IR 87",
      "\\ISO 2022 IR 149",
      "GB18030",
      "ISO_IR 13",
      "\\\\\\",
      "x",
    ];
    for (const set of sets) {
      for (let start = 0; start < 40; start += 1) decodeText(noise.subarray(start), set);
    }
    expect(decodeText(bytes(ESC), "\\ISO 2022 IR 87")).toBeTypeOf("string");
  });
});
