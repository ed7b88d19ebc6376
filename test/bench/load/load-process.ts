// The load process: holds the corpus in memory and sends it as it is told. Started by load-client.ts.
import { MessageFramer } from "./framed-messages.ts";
import { readLoadObjects } from "./load-objects.ts";
import type { LoadReply, LoadRequest } from "./load-protocol.ts";
import { LoadRun } from "./load-run.ts";

const reply = (message: LoadReply): void => {
  process.send?.(message);
};

// Ctrl-C reaches the whole group; the bench decides when this process ends
process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit());

const corpus = readLoadObjects(process.argv[2] ?? "");
const framer = new MessageFramer();
let prepared: LoadRun | undefined;

async function answer(request: LoadRequest): Promise<LoadReply> {
  if ("prepare" in request) {
    prepared = await LoadRun.prepare(request.prepare, corpus, framer);
    return { ready: true };
  }
  if (!prepared) throw new Error("nothing is prepared");
  return { result: await prepared.send() };
}

process.on("message", (request: LoadRequest) => {
  answer(request).then(reply, (error: Error) => reply({ failure: error.message }));
});
reply({ ready: true });
