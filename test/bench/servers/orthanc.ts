// Orthanc with its own defaults: an archive with an index, each file flushed.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@thalamus/sdk/testing";
import { ServerProcess } from "../kit/server-process.ts";
import { findProgram } from "./installed-program.ts";
import { checkFiles, type ReceiverKind } from "./receiver.ts";

const CALLED_AE = "ORTHANC";

export const orthanc: ReceiverKind = {
  name: "orthanc",
  durability: "file",
  missing: () => (findProgram("Orthanc") ? undefined : "not installed: apt-get install orthanc"),
  start: async ({ folder }) => {
    const files = join(folder, "files");
    mkdirSync(files);
    const port = await freePort();
    const configFile = join(folder, "orthanc.json");
    const config = {
      StorageDirectory: files,
      IndexDirectory: join(folder, "index"),
      HttpServerEnabled: false,
      DicomAet: CALLED_AE,
      DicomPort: port,
      DicomAlwaysAllowStore: true,
      // the most it takes; its default of 16384 would cost it throughput
      MaximumPduLength: 131_072,
      Plugins: [],
    };
    writeFileSync(configFile, JSON.stringify(config));
    const server = new ServerProcess({
      program: findProgram("Orthanc") ?? "Orthanc",
      arguments: [configFile],
      // Nagle's algorithm would hold every answer back for 40 ms
      environment: { TCP_NODELAY: "1" },
    });
    await server.listening(port);
    return {
      pid: server.pid,
      port,
      calledAe: CALLED_AE,
      check: async (sent) => checkFiles(files, sent),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
};
