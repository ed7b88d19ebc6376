// What an Express server answers, read off the server itself, so that no route can be there without a permission.
import type { Express } from "express";

interface Layer {
  readonly route?: { readonly path: unknown; readonly methods: Readonly<Record<string, boolean>> };
}

/** `get /api/session`, one for each method and path. */
export function routesOf(app: Express): string[] {
  const layers = app.router.stack as unknown as readonly Layer[];
  return layers.flatMap(({ route }) =>
    route === undefined ? [] : Object.keys(route.methods).map((method) => `${method} ${String(route.path)}`),
  );
}
