// Searches of the archive that are too slow, and files that are not what they should be.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ArchiveTooSlow, InstanceUnreadable } from "@thalamus/sdk";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect } from "../database/database.ts";
import { openFileTrees } from "../files/file-trees.ts";
import { ImageReader } from "../images/image-reader.ts";
import { openLog } from "../observe/log.ts";
import { AccessJournal } from "./access-journal.ts";
import { ReceivedArchive } from "./archive.ts";
import { openArchived } from "./archived-file.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-archive-"));
let url: string;
beforeAll(async () => {
  url = await freshDatabase();
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a search that takes too long is given up, and the next one works", async () => {
  const orm = await connect(url);
  const access = new AccessJournal(orm, openLog({ level: "error", terminal: false }));
  const archive = new ReceivedArchive({
    orm,
    trees: openFileTrees(folder),
    access,
    images: new ImageReader(),
    longestSearchMs: 100,
  });
  const query = { conditions: [], offset: 0, limit: 10 };
  const other = new pg.Client(url);
  await other.connect();
  await other.query("begin; lock table study in access exclusive mode");
  await expect(archive.studies(query, "test")).rejects.toThrow(ArchiveTooSlow);
  await other.query("rollback");
  expect(await archive.studies(query, "test")).toEqual({ page: [], beyond: 0 });
  await other.end();
  await access.stop();
  await orm.close();
});

test("a file that is missing or cut is told without its path", async () => {
  const path = join(folder, "PATIENT.dcm");
  const error = await openArchived(path).catch((caught: Error) => caught);
  expect(error).toBeInstanceOf(InstanceUnreadable);
  expect((error as Error).message).toBe("the file of an instance cannot be read (ENOENT)");
  writeFileSync(path, Buffer.alloc(600_000));
  await using file = await openArchived(path);
  truncateSync(path, 500_000);
  const read = async () => {
    let bytes = 0;
    for await (const piece of file.bytes(0, file.size)) bytes += piece.length;
    return bytes;
  };
  await expect(read()).rejects.toThrow("shorter than it should be");
});
