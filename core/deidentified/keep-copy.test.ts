// Keeping a copy: whole or not at all, whatever fails in between, and nothing from outside of the workspace.
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { NewDeidentifiedStudy } from "@thalamus/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DeidentifiedStudy, ManifestLink } from "../database/entities/deidentified-study.ts";
import { workspaceOf } from "../steps/step-view.ts";
import { copyFolder, keepCopy, removeOrphan } from "./keep-copy.ts";
import { stageCopy } from "./stage-copy.ts";
import { VaultSite } from "./testing/vault-site.ts";

let site: VaultSite;
beforeAll(async () => {
  site = await VaultSite.open();
});
afterAll(() => site.close());

const kept = (folder: string): string[] => readdirSync(join(site.trees.deidentified, folder)).toSorted();
const foldersKept = (): string[] =>
  readdirSync(site.trees.deidentified, { recursive: true })
    .map(String)
    .filter((path) => path.split("/").length === 2);
const newStep = async () => site.claimed(await site.study());

describe("a de-identified copy", () => {
  test("A-072 A-077 is one folder with all its files and the manifest, under names that tell nothing", async () => {
    const step = await newStep();
    const copy = site.copy(step);
    await site.keep(step, copy);
    const names = kept(copyFolder(step));
    expect(names.slice(0, -1)).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}-[0-9a-f]{16}\.dcm$/),
      expect.stringMatching(/^[0-9a-f]{32}-[0-9a-f]{16}\.dcm$/),
    ]);
    expect(names.at(-1)).toBe("manifest.json");
    for (const name of names) {
      const path = join(site.trees.deidentified, copyFolder(step), name);
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
    const row = await site.orm.em.fork().findOneOrFail(DeidentifiedStudy, step.id);
    expect(row).toMatchObject({ revision: 1, changes: { "A-078": 3 }, manifestSha256: copy.manifest.sha256 });
    expect(row.bytes).toBe(copy.files.reduce((sum, { bytes }) => sum + bytes, 0));
  });

  test("A-074 whose transaction fails after the rename is moved once, and kept by the next try of it", async () => {
    const step = await newStep();
    const copy = site.copy(step);
    const staged = await stageCopy(copy, workspaceOf(site.trees, step));
    const settle = (fail: boolean) =>
      site.orm.em.fork().transactional(async (em) => {
        await keepCopy(em, site, step, copy, staged);
        if (fail) throw new Error("the database went away");
      });
    await expect(settle(true)).rejects.toThrow("went away");
    expect(await site.orm.em.fork().count(DeidentifiedStudy, step.id)).toBe(0);
    await settle(false);
    expect(kept(copyFolder(step))).toHaveLength(3);
  });

  test("A-074 whose try is over leaves no folder, and one that is on record is never taken away", async () => {
    const [lost, good] = [await newStep(), await newStep()];
    await site.keep(good, site.copy(good));
    const failed = site.keep(lost, site.copy(lost), () => Promise.reject(new Error("killed")));
    await expect(failed).rejects.toThrow("killed");
    expect(foldersKept()).toContain(copyFolder(lost));
    for (const step of [lost, good]) await removeOrphan(site.orm, site.trees, step);
    expect(foldersKept()).not.toContain(copyFolder(lost));
    expect(kept(copyFolder(good))).toHaveLength(3);
  });

  test("A-077 is the next link of the chain of all manifests, also when many are kept at once", async () => {
    const steps = await Promise.all(Array.from({ length: 6 }, newStep));
    await Promise.all(steps.map((step) => site.keep(step, site.copy(step))));
    const links = await site.orm.em.fork().find(ManifestLink, {}, { orderBy: { number: "asc" } });
    expect(links.map(({ number }) => number)).toEqual(links.map((_, index) => index + 1));
    expect(links.map(({ previousSha256 }) => previousSha256)).toEqual([
      null,
      ...links.slice(0, -1).map(({ sha256 }) => sha256),
    ]);
  });

  const change = (copy: NewDeidentifiedStudy, path: string): NewDeidentifiedStudy => {
    const [first, ...rest] = copy.files;
    return { ...copy, files: [{ ...first!, path }, ...rest] };
  };

  test.each<[string, string, (copy: NewDeidentifiedStudy, outside: string) => NewDeidentifiedStudy]>([
    [
      "that lies outside",
      "copy.file-refused",
      (copy, outside) => {
        renameSync(copy.files[0]!.path, outside);
        return change(copy, outside);
      },
    ],
    [
      "that leaves its folder by its path",
      "copy.file-refused",
      (copy, outside) => {
        renameSync(copy.files[0]!.path, outside);
        return change(copy, `${copy.files[0]!.path}/../../../../received/${outside.split("/").at(-1)}`);
      },
    ],
    [
      "that is a symbolic link",
      "copy.file-refused",
      (copy, outside) => {
        const { path } = copy.files[0]!;
        renameSync(path, outside);
        symlinkSync(outside, path);
        return copy;
      },
    ],
    [
      "that is a second name of a received one",
      "copy.file-refused",
      (copy, outside) => {
        linkSync(copy.files[0]!.path, outside);
        return copy;
      },
    ],
    [
      "in a folder that is a link to the outside",
      "copy.file-refused",
      (copy, outside) => {
        const { path } = copy.files[0]!;
        mkdirSync(`${outside}.d`);
        renameSync(path, join(`${outside}.d`, "0.dcm"));
        const linked = join(path, "../linked");
        symlinkSync(`${outside}.d`, linked);
        return change(copy, join(linked, "0.dcm"));
      },
    ],
    ["that is missing", "copy.file-refused", (copy) => change(copy, `${copy.files[0]!.path}.gone`)],
    [
      "with other content",
      "copy.checksum",
      (copy) => {
        writeFileSync(copy.files[1]!.path, readFileSync(copy.files[1]!.path, "utf8").toUpperCase());
        return copy;
      },
    ],
    [
      "with other content as its manifest",
      "copy.checksum",
      (copy) => {
        writeFileSync(copy.manifest.path, "{}");
        return copy;
      },
    ],
  ])("A-074 A-075 with a file %s is refused whole", async (_, code, spoil) => {
    const step = await newStep();
    const outside = join(site.trees.received, `${step.id}.dcm`);
    const copy = spoil(site.copy(step), outside);
    const before = foldersKept();
    await expect(site.keep(step, copy)).rejects.toMatchObject({ code });
    expect(foldersKept()).toEqual(before);
  });
});
