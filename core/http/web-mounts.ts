// Where plugins of kind web are on the hub's server: hands each its requests, and ends all of them.
import type { WebService } from "@thalamus/sdk";
import type { RequestHandler } from "express";
import { sameOrigin } from "./same-origin.ts";

/** Begin addresses of the hub's own: API, pages, and what browsers ask for by themselves. */
const RESERVED = new Set([
  ...["api", "api-docs", "health", "metrics", "assets", "studies", "results", "system", "settings"],
  ...["plugins", "try-sign-in", "upload", "deliveries", "notifications", "housekeeping"],
  ...["access", "login", "sign-in", "journal", "groups", "uploads", "users", "organisations", "agents"],
]);
const PATH = /^(\/[a-z0-9]+(-[a-z0-9]+)*){1,3}$/;

/** A plugin that runs, and where. */
export interface WebMount {
  readonly name: string;
  readonly service: WebService;
}

export class WebMounts {
  readonly #mounts: WebMount[] = [];

  /** @throws Error when the path cannot be had */
  add(name: string, service: WebService): void {
    const { path } = service;
    if (!PATH.test(path)) {
      throw new Error(`path "${path}" must be like /dicom-web: lower-case letters, digits and hyphens`);
    }
    if (RESERVED.has(path.split("/")[1] ?? "")) throw new Error(`path ${path} is the hub's own`);
    const taken = this.#mounts.find(
      ({ service: other }) => within(path, other) || within(other.path, service),
    );
    if (taken) throw new Error(`path ${path} is in use by plugin ${taken.name}`);
    this.#mounts.push({ name, service });
  }

  all(): readonly WebMount[] {
    return this.#mounts;
  }

  /** Every service refuses new requests and ends those in hand. */
  async stop(): Promise<void> {
    await Promise.all(this.#mounts.map(({ service }) => service.stop()));
  }

  /** Passes by what is under no plugin's path. */
  handler(): RequestHandler {
    return async (request, response, next) => {
      const [pathname = "", search = ""] = split(request.url);
      const service = this.#mounts.find((mount) => within(pathname, mount.service))?.service;
      if (!service) return next();
      const { origin } = request.headers;
      const allowed = origin !== undefined && service.allowsOrigin?.(origin) === true;
      if (!allowed) sameOrigin(request, response, () => {});
      // most of what plugins answer tells of patients
      response.setHeader("Cache-Control", "no-store");
      const path = pathname.slice(service.path.length) || "/";
      await service.handle({ request, response, path, query: new URLSearchParams(search) });
    };
  }
}

const within = (pathname: string, { path }: WebService): boolean =>
  pathname === path || pathname.startsWith(`${path}/`);

function split(url: string): [string, string] {
  const at = url.indexOf("?");
  return at < 0 ? [url, ""] : [url.slice(0, at), url.slice(at + 1)];
}
