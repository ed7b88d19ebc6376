// The log as files: text, CSV that no spreadsheet takes for formulas, JSON, and all files in one ZIP.
import { buffer, text as textOf } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { fromBufferPromise } from "yauzl";
import { type LogFormat, logAs, logsAsZip } from "./log-export.ts";
import { LogFolder, numbered, text } from "./testing/log-folder.ts";

const SLY = { part: "intake", event: "=cmd|' /C calc'!A0", fields: { why: 'a "quoted", one', count: -3 } };

async function exported(format: LogFormat): Promise<string> {
  await using folder = new LogFolder();
  folder.write([SLY, { event: "second" }]);
  return await textOf(logAs(format, folder.reader().all({}, "oldest")));
}

describe("downloads of the log", () => {
  test("A-270 text has a line for each line", async () => {
    const [first, second, rest] = (await exported("text")).split("\n");
    expect(first).toBe(`2026-11-29T12:00:00.000Z INFO  intake ${SLY.event} why=a "quoted", one count=-3`);
    expect(second).toBe("2026-11-29T12:00:00.000Z INFO  hub second");
    expect(rest).toBe("");
  });

  test("A-271 CSV has a head, and nothing that a spreadsheet would run", async () => {
    const [head, first, ...rest] = (await exported("csv")).split("\r\n");
    expect(head).toBe("time,level,part,event,fields,place");
    expect(first).toContain(`,info,intake,'${SLY.event},"{""why"":""a \\""quoted\\"", one"",""count"":-3}",`);
    expect(rest).toHaveLength(2);
  });

  test("A-272 JSON can be read, and is an empty list when nothing fits", async () => {
    const lines = JSON.parse(await exported("json")) as { event: string; fields: object }[];
    expect(lines).toMatchObject([{ event: SLY.event, fields: SLY.fields }, { event: "second" }]);
    await using folder = new LogFolder();
    expect(JSON.parse(await textOf(logAs("json", folder.reader().all({}, "newest"))))).toEqual([]);
  });

  test("A-273 the ZIP has every file as it was when it was asked for", async () => {
    await using folder = new LogFolder();
    folder.write(numbered(1, 20), "2026-11-28");
    folder.write(numbered(21, 22));
    const list = await folder.files.list();
    folder.write(numbered(23, 24));
    const files = await unzipped(await buffer(logsAsZip(folder.files, list)));
    expect([...files.keys()]).toEqual(["hub-2026-11-28.log", "hub.log"]);
    expect(files.get("hub.log")?.toString()).toBe(numbered(21, 22).map(text).join(""));
  });
});

async function unzipped(zip: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const archive = await fromBufferPromise(zip, { lazyEntries: true, validateEntrySizes: true });
  const files = new Map<string, Buffer>();
  for await (const entry of archive.eachEntry()) {
    files.set(entry.fileName, await buffer(await archive.openReadStreamPromise(entry)));
  }
  return files;
}
