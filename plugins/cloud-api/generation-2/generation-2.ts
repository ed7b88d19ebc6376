// The cloud API of generation 2: finds the route, and lets in who has a token that is good for it.
import type { Refusals } from "@thalamus/sdk";
import type { Exchange } from "../exchange.ts";
import type { RateLimit } from "../rate-limit.ts";
import { Refusal } from "../refusal.ts";
import { refuseWhenFast, type SignInBrake } from "../sign-in-brake.ts";
import { grantToken } from "./client-credentials.ts";
import { deskProblem } from "./desk-problems.ts";
import { openApiDocument } from "./openapi.ts";
import type { Route, RouteParts } from "./route.ts";
import { agentRoutes } from "./routes/agent-routes.ts";
import { batchRoutes } from "./routes/batch-routes.ts";
import { orderRoutes } from "./routes/order-routes.ts";
import { resultRoutes } from "./routes/result-routes.ts";
import { tokenRoutes } from "./routes/token-routes.ts";
import { uploadRoutes } from "./routes/upload-routes.ts";
import { usageRoutes } from "./routes/usage-routes.ts";
import { challenge } from "./tokens.ts";

/** All that want a token. */
export const ROUTES: readonly Route[] = [
  ...[...tokenRoutes, ...orderRoutes, ...batchRoutes, ...uploadRoutes],
  ...[...resultRoutes, ...usageRoutes, ...agentRoutes],
];

export interface GenerationTwoParts extends RouteParts {
  readonly brake: SignInBrake;
  readonly rate: RateLimit;
  readonly refusals: Refusals;
}

export class GenerationTwo {
  readonly #parts: GenerationTwoParts;

  constructor(parts: GenerationTwoParts) {
    this.#parts = parts;
  }

  /** @throws Refusal */
  async serve(exchange: Exchange): Promise<void> {
    const path = exchange.path.replace(/(.)\/$/, "$1");
    if (path === "/auth/token") {
      requireMethod(exchange, ["GET", "POST"]);
      exchange.fields["call"] = "token";
      return grantToken(exchange, this.#parts);
    }
    if (path === "/openapi.json") {
      requireMethod(exchange, ["GET"]);
      return exchange.json(200, openApiDocument(ROUTES, exchange.baseUrl));
    }
    const there = ROUTES.filter((route) => route.path === path);
    if (there.length === 0) {
      const message = "There is nothing at this address; openapi.json lists what is there.";
      throw new Refusal(404, "cloud-api.not-found", message);
    }
    requireMethod(
      exchange,
      there.map(({ method }) => method),
    );
    await this.#answer(exchange, there.find(({ method }) => method === exchange.method)!);
  }

  async #answer(exchange: Exchange, route: Route): Promise<void> {
    const { tokens, rate, refusals } = this.#parts;
    const address = exchange.origin.remoteAddress;
    exchange.fields["call"] = route.operationId;
    const { caller, scopes } = await tokens.open(exchange.header("authorization"), address);
    exchange.fields["key"] = caller.keyId;
    refuseWhenFast(rate.wait(caller.keyId));
    if (route.scope !== "any" && !scopes.includes(route.scope)) {
      const message = `This needs a token with the scope ${route.scope}.`;
      const headers = challenge("insufficient_scope", route.scope);
      const code = "cloud-api.insufficient-scope";
      await refusals.tell({ kind: "right", caller: caller.keyId, address, code });
      throw new Refusal(403, code, message, { headers });
    }
    try {
      const reply = await route.answer({ ...this.#parts, exchange, caller });
      if (reply !== "sent") exchange.json(reply.status, reply.body, reply.headers);
    } catch (error) {
      throw deskProblem(error) ?? error;
    }
  }
}

function requireMethod({ method }: Exchange, offered: readonly string[]): void {
  if (offered.includes(method)) return;
  const headers = { Allow: offered.join(", ") };
  throw new Refusal(405, "cloud-api.wrong-method", `This address takes ${headers.Allow}.`, { headers });
}
