// A folder packed by the browser is read by the hub's own TAR reader, byte for byte.
import { spawnSync } from "node:child_process";
import { extract } from "tar-stream";
import { expect, test } from "vitest";
import { virtualTar } from "./virtual-tar.ts";

const FILES = [
  { path: "b/2.dcm", content: "two" },
  { path: "a/1.dcm", content: "x".repeat(512) },
  { path: "a/empty", content: "" },
  { path: `long/${"ä".repeat(60)}/${"n".repeat(90)}.dcm`, content: "long" },
];

const packed = async (): Promise<Buffer> => {
  const files = FILES.map(({ path, content }) => ({ path, file: new Blob([content]) }));
  return Buffer.from(await virtualTar(files).arrayBuffer());
};

async function unpacked(tar: Buffer): Promise<Record<string, string>> {
  const reader = extract();
  const found: Record<string, string> = {};
  reader.end(tar);
  for await (const entry of reader) {
    let content = "";
    for await (const chunk of entry) content += String(chunk);
    found[entry.header.name] = content;
  }
  return found;
}

test("every file comes out as it went in, in the order of the paths, long names too", async () => {
  const found = await unpacked(await packed());
  expect(found).toEqual(Object.fromEntries(FILES.map(({ path, content }) => [path, content])));
  expect(Object.keys(found)).toEqual(FILES.map(({ path }) => path).toSorted());
});

test("the same files always give the same bytes, in whatever order they were chosen", async () => {
  const files = FILES.map(({ path, content }) => ({ path, file: new Blob([content]) }));
  const again = Buffer.from(await virtualTar(files.toReversed()).arrayBuffer());
  expect(again.equals(await packed())).toBe(true);
});

test("GNU tar reads it", async () => {
  const { status, stdout } = spawnSync("tar", ["-tf", "-"], { input: await packed(), encoding: "utf8" });
  expect(status).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(FILES.length);
});
