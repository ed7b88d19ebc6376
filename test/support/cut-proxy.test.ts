// The proxy that cuts lines: a cloud that dies in the middle of an answer is a broken answer for the edge, too.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { CutProxy } from "./cut-proxy.ts";

test("an answer that breaks off breaks off for whoever asked", { timeout: 10_000 }, async () => {
  const dying = createServer((_request, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("the first half", () => setImmediate(() => response.destroy()));
  });
  dying.listen(0, "127.0.0.1");
  await once(dying, "listening");
  await using proxy = await CutProxy.start();
  proxy.upstreamPort = (dying.address() as AddressInfo).port;
  const answer = await fetch(`http://127.0.0.1:${proxy.port}/status`);
  await expect(answer.text()).rejects.toThrow();
  dying.close();
});
