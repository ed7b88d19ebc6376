// Names of files in the header Content-Disposition: plain, of any letters, and hostile.
import { expect, test } from "vitest";
import { contentDisposition } from "./content-disposition.ts";

test.each([
  ["report.pdf", 'attachment; filename="report.pdf"'],
  ["Trial 7 (final).csv", 'attachment; filename="Trial 7 (final).csv"'],
  ["Köln.csv", "attachment; filename=\"K_ln.csv\"; filename*=UTF-8''K%C3%B6ln.csv"],
  ["50%.csv", "attachment; filename=\"50_.csv\"; filename*=UTF-8''50%25.csv"],
  [
    "it's (a) *.csv\u00e9",
    "attachment; filename=\"it's (a) *.csv_\"; filename*=UTF-8''it%27s%20%28a%29%20%2A.csv%C3%A9",
  ],
  ['a"b.csv', "attachment; filename=\"a_b.csv\"; filename*=UTF-8''a%22b.csv"],
  ["a\r\nSet-Cookie: x=1", 'attachment; filename="a__Set-Cookie: x=1"'],
  ["../../etc/passwd", 'attachment; filename="_.._etc_passwd"'],
  ["C:\\temp\\x.pdf", 'attachment; filename="C:_temp_x.pdf"'],
  ["photo\u202egpj.exe", 'attachment; filename="photo_gpj.exe"'],
  ["half \ud83d.pdf", "attachment; filename=\"half _.pdf\"; filename*=UTF-8''half%20%EF%BF%BD.pdf"],
  ["\u{1f9e0}.pdf", "attachment; filename=\"_.pdf\"; filename*=UTF-8''%F0%9F%A7%A0.pdf"],
  ["", 'attachment; filename="download"'],
])("%j", (name, header) => {
  expect(contentDisposition(name)).toBe(header);
});

test("something to look at says so", () => {
  expect(contentDisposition("report.pdf", "inline")).toBe('inline; filename="report.pdf"');
});

test("a name that is far too long is cut", () => {
  expect(contentDisposition("x".repeat(5000)).length).toBeLessThan(250);
});
