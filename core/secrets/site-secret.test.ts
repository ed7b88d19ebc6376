// The site's secret at the start: made once, never silently replaced.
import { randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect } from "../database/database.ts";
import { JournalEntry } from "../database/entities/journal-entry.ts";
import { PatientPseudonym } from "../database/entities/pseudonym.ts";
import { openLog } from "../observe/log.ts";
import { openSiteSecret, recordedKeyId, type SecretParts } from "./site-secret.ts";

let dataFolder: string;
let orm: MikroORM;
beforeEach(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), "thalamus-secret-"));
  orm = await connect(await freshDatabase());
});
afterEach(async () => {
  await orm.close();
  rmSync(dataFolder, { recursive: true, force: true });
});

const log = openLog({ level: "error", terminal: false });
const open = (parts: Partial<SecretParts> = {}) =>
  openSiteSecret({ orm, dataFolder, keyFile: undefined, previousKeyFiles: [], log, ...parts });
const keyFile = () => join(dataFolder, "keys/site.key");

/** From now on something depends on the secret. */
async function sealSomething(): Promise<void> {
  const { keys, sealer } = await open();
  const id = randomUUID();
  const place = { table: "patient_pseudonym", row: id, column: "sealed" };
  await orm.em.fork().insert(PatientPseudonym, {
    ...{ id, patientKey: "0".repeat(64), pseudonym: "P-1", keyId: keys.keyId },
    sealed: sealer.seal("{}", place),
  });
}

describe("the site's secret", () => {
  test("is made at the first start, readable for its owner only, and is the same at the next", async () => {
    const first = await open();
    expect(readFileSync(keyFile(), "latin1")).toMatch(/^[0-9a-f]{64}\n$/);
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataFolder, "keys")).mode & 0o777).toBe(0o700);
    expect((await open()).keys.keyId).toBe(first.keys.keyId);
    expect(await recordedKeyId(orm.em.fork())).toBe(first.keys.keyId);
  });

  test("is made once when several hubs start together, and nothing else is left", async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => open()));
    expect(new Set(all.map(({ keys }) => keys.keyId)).size).toBe(1);
    expect(readdirSync(join(dataFolder, "keys"))).toEqual(["site.key"]);
  });

  test("that is missing is not made again when pseudonyms depend on it", async () => {
    await sealSomething();
    rmSync(keyFile());
    await expect(open()).rejects.toThrow(/is missing, and this database holds pseudonyms/);
    expect(readdirSync(join(dataFolder, "keys"))).toEqual([]);
  });

  test("that is another one is refused when pseudonyms depend on the first", async () => {
    await sealSomething();
    const before = await recordedKeyId(orm.em.fork());
    writeFileSync(keyFile(), `${"ab".repeat(32)}\n`);
    await expect(open()).rejects.toThrow(/is not the one this database was filled with/);
    expect(await recordedKeyId(orm.em.fork())).toBe(before);
  });

  test("is changed when the one before is named, and what that had sealed still opens", async () => {
    await sealSomething();
    const old = join(dataFolder, "old.key");
    writeFileSync(old, readFileSync(keyFile()));
    writeFileSync(keyFile(), `${"ab".repeat(32)}\n`);
    const { keys, sealer } = await open({ previousKeyFiles: [old] });
    const [row] = await orm.em.fork().find(PatientPseudonym, {});
    expect(row!.keyId).not.toBe(keys.keyId);
    expect(sealer.open(row!.sealed, { table: "patient_pseudonym", row: row!.id, column: "sealed" })).toBe(
      "{}",
    );
    const entries = await orm.em.fork().find(JournalEntry, { event: "site-key.changed" });
    expect(entries.map(({ detail }) => detail)).toEqual([{ from: row!.keyId, to: keys.keyId }]);
  });

  test("may be made anew while nothing depends on it", async () => {
    const first = await open();
    rmSync(keyFile());
    expect((await open()).keys.keyId).not.toBe(first.keys.keyId);
  });

  test.each([
    ["too short", "abcdef\n", /is too short: 6 of 64 hex digits/],
    ["too long", `${"ab".repeat(33)}\n`, /is too long: 66 of 64 hex digits/],
    ["empty", "", /is too short: 0 of 64/],
    ["no hex", "correct horse battery staple", /must be 64 hex digits and nothing else/],
  ])("that is %s is refused, without a word of it in the message", async (_, text, message) => {
    const file = join(dataFolder, "given.key");
    writeFileSync(file, text);
    const refused = open({ keyFile: file });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow(/horse|abcdef/);
  });

  test("that is named and not there is never made", async () => {
    const file = join(dataFolder, "mounted.key");
    await expect(open({ keyFile: file })).rejects.toThrow(`${file} cannot be read (ENOENT)`);
    expect(readdirSync(dataFolder)).toEqual([]);
  });

  test("that others may read is taken, with a warning", async () => {
    await open();
    chmodSync(keyFile(), 0o644);
    const events: string[] = [];
    const warn = (event: string) => void events.push(event);
    await open({ log: { ...log, warn } as typeof log });
    expect(events).toEqual(["secrets.key-open-to-others"]);
  });
});
