// A body that does not come is not waited for; an answer that takes its time is.
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import express from "express";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bodyDeadline } from "./body-deadline.ts";

const LONGEST_MS = 100;
const app = express();
app.use(bodyDeadline(LONGEST_MS));
app.get("/live", (_request, response) => {
  response.write("begun ");
  setTimeout(() => response.end("and ended"), 3 * LONGEST_MS);
});
app.post("/in", express.text(), (request, response) => {
  response.send(String(request.body));
});
const server = createServer({ requestTimeout: 0 }, app);
let port: number;
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("a body that comes in time is taken", async () => {
  const init = { method: "POST", body: "hello", headers: { "Content-Type": "text/plain" } };
  expect(await (await fetch(`http://127.0.0.1:${port}/in`, init)).text()).toBe("hello");
});

test("a body that stops coming ends the connection", async () => {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  socket.write("POST /in HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nhel");
  await once(socket.resume(), "close");
});

test("a request without a body may be answered for as long as it takes", async () => {
  expect(await (await fetch(`http://127.0.0.1:${port}/live`)).text()).toBe("begun and ended");
});
