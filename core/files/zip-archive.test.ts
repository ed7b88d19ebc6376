// A ZIP in the making: what is in it, a file that cannot be read, and a reader who goes away.
import { once } from "node:events";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { ZipArchive } from "./zip-archive.ts";

test("an archive holds its texts and files", async () => {
  const zip = new ZipArchive();
  zip.addText("a.txt", "first");
  zip.addFile("b.txt", { compress: false }, async () => Readable.from([Buffer.from("second")]));
  const bytes = (await buffer(zip.end())).toString("latin1");
  for (const part of ["a.txt", "b.txt", "second", "PK\u0005\u0006"]) expect(bytes).toContain(part);
});

test.each([
  ["cannot be opened", () => Promise.reject(new Error("gone"))],
  [
    "breaks while it is read",
    async () =>
      new Readable({
        read() {
          this.destroy(new Error("gone"));
        },
      }),
  ],
])("a file that %s ends the archive with its error, and not the process", async (_, open) => {
  const zip = new ZipArchive();
  zip.addFile("a.txt", {}, open);
  await expect(buffer(zip.end())).rejects.toThrow("gone");
});

test("whoever stops taking the archive closes the file that is read", async () => {
  const zip = new ZipArchive();
  const endless = new Readable({
    read() {
      this.push(Buffer.alloc(65_536));
    },
  });
  zip.addFile("a.bin", { compress: false }, () => endless);
  const archive = zip.end();
  await once(archive, "readable");
  archive.destroy();
  await once(endless, "close");
  expect(endless.destroyed).toBe(true);
});
