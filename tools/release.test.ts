// The command that makes releases: what it signs and packs, a hub takes.
import { execFileSync } from "node:child_process";
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { UpdateSettings } from "../core/config/update-settings.ts";
import { createHttpClient } from "../core/http-client/http-client.ts";
import { takeOffline } from "../core/updates/offline-release.ts";
import { parsePublicKey } from "../core/updates/release.ts";
import { newestRelease } from "../core/updates/release-feed.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-make-release-"));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const release = (...args: readonly string[]): string =>
  execFileSync(process.execPath, [join(import.meta.dirname, "release.ts"), ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

test("A-277 a release is signed into a feed and packed into a file, and a hub with the key takes both", async () => {
  const publicKey = release("key", "--out", at("release.key")).trim();
  const key = parsePublicKey(publicKey)!;
  const described = {
    version: "0.2.0",
    date: "2026-12-01",
    notes: "",
    bytes: 5,
    archive: { url: "a.tar.gz" },
  };
  writeFileSync(at("release.json"), JSON.stringify(described));
  writeFileSync(at("a.tar.gz"), "bytes");
  const make = ["--key", at("release.key"), "--archive", at("a.tar.gz")];
  release("sign", at("release.json"), ...make, "--feed", at("feed.json"));
  writeFileSync(at("older.json"), JSON.stringify({ ...described, version: "0.1.5" }));
  release("sign", at("older.json"), ...make, "--feed", at("feed.json"));
  release("sign", at("release.json"), ...make, "--feed", at("feed.json"));
  expect(JSON.parse(readFileSync(at("feed.json"), "utf8")).releases).toHaveLength(2);
  const http = createHttpClient();
  const settings = { feed: at("feed.json"), publicKey } as UpdateSettings;
  expect(await newestRelease({ settings, http }, key)).toMatchObject({
    version: "0.2.0",
    archive: { bytes: 5 },
  });
  await http.close();
  release("bundle", at("release.json"), ...make, "--out", at("bundle.tar"));
  const taken = await takeOffline(at("offline"), createReadStream(at("bundle.tar")), key);
  expect(readFileSync(taken.files.archive!, "utf8")).toBe("bytes");
});

test("what is no release is not signed", () => {
  writeFileSync(at("odd.json"), JSON.stringify({ version: "two" }));
  const args = ["sign", at("odd.json"), "--key", at("release.key"), "--feed", at("odd-feed.json")];
  expect(() => release(...args)).toThrow(/not in the form/);
});
