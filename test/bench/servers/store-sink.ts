// The limit of the machine: a receiver in C that does nothing but write, with and without flushing.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ServerProcess } from "../kit/server-process.ts";
import { compiledProgram, compilerMissing } from "./compiled-program.ts";
import { checkFiles, type Receiver, type ReceiverKind, type ReceiverPlace } from "./receiver.ts";

const SOURCE = join(import.meta.dirname, "store-sink.c");

type Manner = "plain" | "flush";

const sinkKind = (name: string, manner: Manner, durability: string): ReceiverKind => ({
  name,
  durability,
  missing: compilerMissing,
  start: (place) => startSink(place, manner),
});

export const plainSink = sinkKind("sink", "plain", "nothing");
export const flushSink = sinkKind("sink-flush", "flush", "file, folder");

async function startSink({ folder, programs }: ReceiverPlace, manner: Manner): Promise<Receiver> {
  const files = join(folder, "files");
  mkdirSync(files);
  const server = new ServerProcess({
    program: compiledProgram(SOURCE, programs),
    arguments: [files, manner],
  });
  const port = Number(await server.firstLine());
  return {
    pid: server.pid,
    port,
    calledAe: "SINK",
    check: async (sent) => checkFiles(files, sent),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
