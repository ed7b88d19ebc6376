// Lets tests speak to the order desk of a hub over HTTP, in its own words, and is its door for parts.
import type { ServerResponse } from "node:http";
import { DeskRefusal, defineWeb, OrderDeskToken, Settings, type WebCall } from "@thalamus/sdk";

/** What stands in a request: the name of an act of the desk, and what it is called with. */
interface Asked {
  readonly act: string;
  readonly given: readonly unknown[];
}

type Act = (...given: readonly unknown[]) => Promise<unknown>;

export default defineWeb({
  name: "desk-door",
  title: "Desk",
  summary: "Lets tests speak to the order desk.",
  settings: Settings({}),
  needs: { desk: OrderDeskToken },
  start: async ({ desk }) => ({
    path: "/desk",
    handle: async ({ request, response, path }: WebCall) => {
      try {
        if (path.startsWith("/parts/")) {
          const { "content-length": length } = request.headers;
          const bytes = length === undefined ? undefined : Number(length);
          const { etag } = await desk.receivePart(path.slice("/parts/".length), request, bytes);
          response.setHeader("ETag", etag);
          return answer(response, 200, {});
        }
        const pieces: Buffer[] = [];
        for await (const piece of request) pieces.push(piece as Buffer);
        const { act, given } = JSON.parse(Buffer.concat(pieces).toString(), asDates) as Asked;
        const result = await (desk as unknown as Record<string, Act>)[act]!(...given);
        const opened = result as { content?: AsyncIterable<Buffer> };
        if (!opened.content) return answer(response, 200, result);
        const { content, ...file } = opened;
        response.writeHead(200, { "x-file": JSON.stringify(file) });
        for await (const piece of content) response.write(piece);
        response.end();
      } catch (error) {
        if (!(error instanceof DeskRefusal)) throw error;
        answer(response, 409, { code: error.code, message: error.message });
        // of a part that is refused nobody wants the rest
        if (!request.complete) response.once("finish", () => request.destroy());
      }
    },
    stop: async () => {},
  }),
});

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;
const asDates = (_key: string, value: unknown): unknown =>
  typeof value === "string" && DATE.test(value) ? new Date(value) : value;
