// Static pages: the console under a strict content security policy, and the API documentation.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import express, { type Express, type Response } from "express";
import helmet from "helmet";
import type { Api } from "./api.ts";

const CONSOLE = resolve(import.meta.dirname, "../../admin/dist");
const DAY_SECONDS = 86_400;
const NONCE_PLACE = "__STYLE_NONCE__";

/**
 * Headers of every answer. Styles need a nonce (Emotion writes style elements); scripts come from files only.
 * @param strictDays for which browsers insist on HTTPS; 0 while that would shut somebody out
 */
export function securityHeaders(app: Express, strictDays: () => number): void {
  app.disable("x-powered-by");
  app.use((_request, response, next) => {
    response.locals["nonce"] = randomBytes(16).toString("base64");
    const seconds = strictDays() * DAY_SECONDS;
    if (seconds > 0) response.setHeader("Strict-Transport-Security", `max-age=${seconds}`);
    next();
  });
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'", (_request, response) => `'nonce-${nonceOf(response as Response)}'`],
          imgSrc: ["'self'", "data:", "blob:"],
          fontSrc: ["'self'"],
          connectSrc: ["'self'"],
          frameSrc: ["'self'"],
          objectSrc: ["'self'"],
          workerSrc: ["'self'"],
          manifestSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: ["'self'"],
        },
      },
      crossOriginEmbedderPolicy: false,
      referrerPolicy: { policy: "no-referrer" },
      strictTransportSecurity: false,
    }),
  );
}

const nonceOf = (response: Response): string => String(response.locals["nonce"]);

/** The console at /, its files cached for ever by their hashed names. */
export function consolePages(app: Express, api: Api): void {
  app.use(
    "/assets",
    express.static(join(CONSOLE, "assets"), { immutable: true, maxAge: "1y", index: false }),
  );
  app.use(express.static(CONSOLE, { index: false }));
  const path = /^\/(?!api\/|api-docs|health|assets\/).*$/;
  api.door({ methods: ["get"], path, permission: "anyone" }, ({ response }) => {
    const file = join(CONSOLE, "index.html");
    if (!existsSync(file)) {
      response.status(503).type("text").send("The console is not built. Run: npm run build:admin\n");
      return;
    }
    const html = readFileSync(file, "utf8").replaceAll(NONCE_PLACE, nonceOf(response));
    response.setHeader("Cache-Control", "no-store");
    response.type("html").send(html);
  });
}

/** Swagger UI at /api-docs, from files of the hub alone. */
export function documentationPages(app: Express, api: Api, document: () => object): void {
  const open = (path: string) => ({ methods: ["get"], path, permission: "anyone" }) as const;
  api.door(open("/api-docs/openapi.json"), ({ response }) => {
    response.json(document());
  });
  // without the bar of StandaloneLayout: its logo brings a style element that the policy forbids
  api.door(open("/api-docs/swagger-initializer.js"), ({ response }) => {
    response.type("js").send(`window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: "./openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    validatorUrl: null,
  });
};
`);
  });
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  app.use("/api-docs", express.static(folder));
}
