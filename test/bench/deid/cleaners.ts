// Programs that de-identify a folder of files, this project's own first, and the copying they are measured against.
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { compiledProgram, compilerMissing } from "../servers/compiled-program.ts";
import { findProgram } from "../servers/installed-program.ts";

const REPOSITORY = resolve(import.meta.dirname, "../../..");
const OWN = join(REPOSITORY, "tools/deid.mjs");

export interface CleanerPlace {
  /** Holds the files, flat. */
  readonly from: string;
  /** Empty. */
  readonly to: string;
  /** For compiled programs, keys and settings. */
  readonly programs: string;
  readonly profileFolder: string | undefined;
}

export interface Cleaner {
  readonly name: string;
  /** What it does, in a few words. */
  readonly does: string;
  /** Why it cannot run here. */
  missing(): string | undefined;
  /** Makes what it needs before the clock starts and returns the command. */
  command(place: CleanerPlace): readonly string[];
}

const own = (name: string, does: string, settings: Readonly<Record<string, unknown>>): Cleaner => ({
  name,
  does,
  missing: () => undefined,
  command: ({ from, to, programs, profileFolder }) => {
    const file = join(programs, `${name}.json`);
    writeFileSync(file, JSON.stringify(settings));
    const profile = profileFolder ? ["--cpu-prof", "--cpu-prof-dir", profileFolder] : [];
    const key = ["--key", join(programs, "site.key")];
    return [process.execPath, ...profile, OWN, "--in", from, "--out", to, "--settings", file, ...key];
  },
});

const copier = (name: string, does: string, manner: "plain" | "flush", threads: number): Cleaner => ({
  name,
  does,
  missing: compilerMissing,
  command: ({ from, to, programs }) => {
    const program = compiledProgram(join(import.meta.dirname, "copy-flush.c"), programs);
    return [program, from, to, manner, String(threads)];
  },
});

/** A program that is installed or not. */
const installed = (
  name: string,
  does: string,
  command: (program: string, place: CleanerPlace) => readonly string[],
): Cleaner => ({
  name,
  does,
  missing: () => (findProgram(name) ? undefined : `${name} is not installed`),
  command: (place) => command(findProgram(name)!, place),
});

const filesIn = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name));

/** The elements that the guide's Safe Harbor list deletes: what dcmodify is told to remove. */
const DELETED = [
  "0010,0010 0010,1001 0010,1005 0010,2297 0010,2298 0008,0090 0008,1048 0008,1050 0008,1060 0008,1070",
  "0032,1032 0040,0006 0010,1040 0010,1080 0010,1081 0010,1090 0008,0080 0008,0081 0008,1010 0008,1040",
  "0032,1060 0008,0092 0010,2154 0010,2155 0008,0094 0010,0020 0010,1000 0010,1002 0010,0021 0020,0010",
  "0018,1000 0040,2016 0040,2017 0008,0050",
].flatMap((line) => line.split(" "));

export const CLEANERS: readonly Cleaner[] = [
  own("deid", "everything: rules, second pass, manifest, flushed", {}),
  own("deid-unflushed", "the same, not flushed", { flush: false }),
  copier("copy-flush", "C: copies and flushes each file", "flush", 1),
  copier("copy-flush-4", "the same in four threads", "flush", 4),
  {
    name: "cp",
    does: "copies",
    missing: () => undefined,
    command: ({ from, to }) => ["cp", "-r", `${from}/.`, to],
  },
  installed("gdcmanon", "Basic Profile, originals encrypted inside", (program, { from, to, programs }) => {
    const [key, certificate] = [join(programs, "gdcm.key"), join(programs, "gdcm.pem")];
    const subject = ["-subj", "/CN=bench", "-days", "2"];
    const keys = ["-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate];
    execFileSync("openssl", ["req", "-x509", ...keys, ...subject], { stdio: "pipe" });
    return [program, "-e", "-c", certificate, "-r", "-i", from, "-o", to];
  }),
  installed("dcmodify", "deletes the guide's 34 elements, in place", (program, { from, to }) => {
    cpSync(from, to, { recursive: true });
    return [program, "-nb", "-imt", ...DELETED.flatMap((tag) => ["-ea", `(${tag})`]), ...filesIn(to)];
  }),
  {
    name: "dcmjs",
    does: "cleanTags of the library",
    missing: () => undefined,
    command: ({ from, to }) => [process.execPath, join(import.meta.dirname, "dcmjs-cleaner.cjs"), from, to],
  },
];
