// A report of 50 MB goes out without being in memory.
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { artifactOf, WebReceiver } from "@thalamus/sdk/testing";
import { expect, test } from "vitest";
import { RestBench } from "./testing/rest-bench.ts";

const LOOK_EVERY = 2_000_000;
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Buffers that somebody holds; how many others there are is the collector's affair. */
function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

test("A-190 a report of 50 MB arrives in base64, with less than 32 MB of buffers at any time", async () => {
  await using bench = new RestBench();
  await using server = await WebReceiver.start();
  const path = join(bench.folder, "large.pdf");
  await writeFile(path, Buffer.alloc(50_000_001, "0123456789abcdef!"));
  const large = await artifactOf("report", "application/pdf", path);
  const received = createHash("sha256");
  let bytes = 0;
  let most = 0;
  let looked = 0;
  server.atHead = async (request, response) => {
    for await (const part of request as AsyncIterable<Buffer>) {
      received.update(part);
      bytes += part.length;
      if (bytes - looked > LOOK_EVERY) {
        looked = bytes;
        most = Math.max(most, heldBytes());
      }
    }
    response.writeHead(201).end();
  };
  const step = await bench.step();
  const before = heldBytes();
  const outcome = await bench.deliver(
    { ...step, result: { ...step.result, artifacts: [large] } },
    { url: server.url, body: '{"pdf":"{{report.base64}}"}', auth: { kind: "hmac", user: "k", secret: "s" } },
  );
  expect(outcome).toMatchObject({ kind: "delivered", receipt: { bytes: 50_000_001, sha256: large.sha256 } });
  expect(bytes).toBe(4 * Math.ceil(50_000_001 / 3) + '{"pdf":""}'.length);
  expect(most - before).toBeLessThan(32_000_000);
  const whole = createHash("sha256");
  whole.update('{"pdf":"');
  whole.update(Buffer.alloc(50_000_001, "0123456789abcdef!").toString("base64"));
  expect(received.digest("hex")).toBe(whole.update('"}').digest("hex"));
});
