// The limit of the machine: a receiver in C that does nothing but write, with and without flushing.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { ServerProcess } from "../kit/server-process.ts";
import { findProgram } from "./installed-program.ts";
import { checkFiles, type Receiver, type ReceiverKind, type ReceiverPlace } from "./receiver.ts";

const SOURCE = join(import.meta.dirname, "store-sink.c");
const findCompiler = () => findProgram("cc", "gcc", "clang");

type Manner = "plain" | "flush";

const sinkKind = (name: string, manner: Manner, durability: string): ReceiverKind => ({
  name,
  durability,
  missing: () => (findCompiler() ? undefined : "no C compiler on this machine"),
  start: (place) => startSink(place, manner),
});

export const plainSink = sinkKind("sink", "plain", "nothing");
export const flushSink = sinkKind("sink-flush", "flush", "file, folder");

async function startSink({ folder, programs }: ReceiverPlace, manner: Manner): Promise<Receiver> {
  const files = join(folder, "files");
  mkdirSync(files);
  const server = new ServerProcess({ program: compiled(programs), arguments: [files, manner] });
  const port = Number(await server.firstLine());
  return {
    pid: server.pid,
    port,
    calledAe: "SINK",
    check: async (sent) => checkFiles(files, sent),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** @throws Error with what the compiler says */
function compiled(programs: string): string {
  const program = join(programs, "store-sink");
  if (existsSync(program)) return program;
  execFileSync(findCompiler() ?? "cc", ["-O2", "-o", program, SOURCE, "-lpthread"], { stdio: "pipe" });
  return program;
}
