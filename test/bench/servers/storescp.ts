// storescp of dcmtk: a process for each association, files as they came, nothing flushed.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@thalamus/sdk/testing";
import { ServerProcess } from "../kit/server-process.ts";
import { findProgram } from "./installed-program.ts";
import { checkFiles, type ReceiverKind } from "./receiver.ts";

const CALLED_AE = "STORESCP";
/** The most it takes; its default of 16384 would cost it throughput. */
const MAX_PDU = "131072";

export const storescp: ReceiverKind = {
  name: "storescp",
  durability: "nothing",
  missing: () => (findProgram("storescp") ? undefined : "not installed: apt-get install dcmtk"),
  start: async ({ folder }) => {
    const files = join(folder, "files");
    mkdirSync(files);
    const port = await freePort();
    const server = new ServerProcess({
      program: findProgram("storescp") ?? "storescp",
      arguments: ["--quiet", "--fork", "+B", "-pdu", MAX_PDU, "-aet", CALLED_AE, "-od", files, String(port)],
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
