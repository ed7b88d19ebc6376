// New lines of the log as server-sent events, in the manner of the live changes. The search is in the body, since people
// may look for a name; so a browser reads the stream itself, and says from which place on when it comes back.
import { once } from "node:events";
import type { Response } from "express";
import { recognizer } from "../../access/open-access.ts";
import { type FollowWish, followLog, type LogNews } from "../../logs/follow-log.ts";
import { LogRefusal } from "../../logs/log-refusal.ts";
import type { Api } from "../api.ts";
import { EVENT_STREAM_HEAD } from "../event-stream.ts";
import { ApiProblem } from "../schemas.ts";
import { asLogAnswer, lineView } from "./log-answers.ts";
import type { LogRouteParts } from "./log-routes.ts";
import { StreamBody } from "./log-shapes.ts";

const HEARTBEAT_MS = 15_000;

/**
 * `event: ready`, then `event: lines` with `{lines}`, `event: ping` when there was nothing for a while, `event: gap` when
 * lines were left out, `event: refused` when the pattern takes too long. The id of each is the place to go on from.
 */
export function logStreamRoute(api: Api, parts: LogRouteParts): void {
  api.route(
    {
      ...{ method: "post", path: "/api/logs/stream", operationId: "streamLogs", tag: "Logs" },
      permission: "logs.read",
      summary: "New lines of the log as they are written, as server-sent events",
      body: StreamBody,
      responses: { 200: null, 400: ApiProblem, 429: ApiProblem },
    },
    async ({ body: { after, ...search }, request, response }) => {
      const { reader, growth$, streams } = parts.logs;
      const end = streams.begin();
      if (!end) asLogAnswer(new LogRefusal("logs.too-many-streams", "Too many follow the log now.", "busy"));
      response.on("close", () => end.abort());
      const wish: FollowWish = { search, after, growth$, everyMs: HEARTBEAT_MS, signal: end.signal };
      // a session that ended elsewhere ends its stream too
      const isStillHere = async () =>
        (await recognizer(parts.access)(request).catch(() => true)) !== undefined;
      try {
        const news = followLog(reader, wish);
        const first = await news.next().catch(asLogAnswer);
        response.writeHead(200, EVENT_STREAM_HEAD);
        if (first.value) await tell(response, first.value, end.signal, "ready");
        for await (const one of news) {
          if (one.lines.length === 0 && !(await isStillHere())) break;
          await tell(response, one, end.signal);
        }
      } catch (error) {
        if (!response.headersSent) throw error;
        if (error instanceof LogRefusal) write(response, "refused", undefined, { message: error.message });
        else if (!end.signal.aborted) throw error;
      } finally {
        streams.ended(end);
        if (response.headersSent) response.end();
      }
      return { status: 200, body: undefined };
    },
  );
}

async function tell(response: Response, news: LogNews, signal: AbortSignal, calm = "ping"): Promise<void> {
  const { lines, place, gap } = news;
  const event = lines.length > 0 ? "lines" : gap ? "gap" : calm;
  const taken = write(response, event, place, lines.length > 0 ? { lines: lines.map(lineView) } : {});
  // whoever reads slowly is waited for: the lines stay in the file
  if (!taken) await once(response, "drain", { signal });
}

function write(response: Response, event: string, place: string | undefined, data: object): boolean {
  const id = place === undefined ? "" : `id: ${place}\n`;
  return response.write(`event: ${event}\n${id}data: ${JSON.stringify(data)}\n\n`);
}
