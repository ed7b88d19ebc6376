// The HTTP server: headers, routes, live changes, pages, in this order.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import type { Observable } from "rxjs";
import type { Sessions } from "../access/sessions.ts";
import type { FileTrees } from "../files/file-trees.ts";
import type { Change } from "../observe/changes.ts";
import type { HubLog } from "../observe/log.ts";
import { Api } from "./api.ts";
import { answerErrors, notFound } from "./api-error.ts";
import { liveRoute } from "./live.ts";
import { resultRoutes } from "./routes/result-routes.ts";
import { sessionRoutes } from "./routes/session-routes.ts";
import { studyRoutes } from "./routes/study-routes.ts";
import { type SystemParts, systemRoutes } from "./routes/system-routes.ts";
import { sameOrigin } from "./same-origin.ts";
import { ApiProblem, ResultRow, StepRow, StudyInfo, StudyRow } from "./schemas.ts";
import { consolePages, documentationPages, securityHeaders } from "./web-pages.ts";

export interface HttpParts extends SystemParts {
  readonly host: string;
  readonly port: number;
  readonly sessions: Sessions;
  readonly trees: FileTrees;
  readonly changes$: Observable<Change>;
  readonly gap$: Observable<void>;
  readonly log: HubLog;
}

export interface HttpServer {
  readonly port: number;
  readonly api: Api;
  readonly document: () => object;
  stop(): Promise<void>;
}

const LARGEST_BODY = "1mb";

export async function startHttp(parts: HttpParts): Promise<HttpServer> {
  const app = express();
  const recognize = (request: express.Request) => parts.sessions.recognize(request);
  const api = new Api(app, recognize);
  securityHeaders(app);
  app.use("/api", sameOrigin);
  app.use("/api", (_request, response, next) => {
    response.setHeader("Cache-Control", "no-store");
    next();
  });
  app.use(express.json({ limit: LARGEST_BODY }));
  for (const [name, schema] of Object.entries({ ApiProblem, StudyRow, StudyInfo, StepRow, ResultRow })) {
    api.name(name, schema);
  }
  systemRoutes(api, parts);
  sessionRoutes(api, parts.orm, parts.sessions);
  studyRoutes(api, parts.orm);
  resultRoutes(api, parts.orm, parts.trees);
  const closeLive = liveRoute(app, { ...parts, recognize });
  app.use("/api", () => {
    throw notFound("address in this API");
  });
  const description = "Receives imaging studies, checks them, has them processed and delivers the reports.";
  const document = () => api.document({ title: "Thalamus API", version: parts.version, description });
  documentationPages(app, document);
  consolePages(app);
  app.use(answerErrors(parts.log));
  const server = createServer(app);
  await listen(server, parts.host, parts.port);
  return {
    port: (server.address() as AddressInfo).port,
    api,
    document,
    stop: async () => {
      closeLive();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // downloads get a moment to end
        setTimeout(() => server.closeAllConnections(), 2000).unref();
      });
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(
        taken ? new Error(`port ${port} of ${host} is taken; set http.port or THALAMUS_HTTP_PORT`) : error,
      );
    });
    server.listen(port, host);
  });
}
