// One route of generation 2 as it is declared: the schema checks, gives types, and stands in the document.
import type { CloudAccess, CloudCaller, OrderDesk, Static, TSchema } from "@thalamus/sdk";
import type { CloudScope } from "@thalamus/sdk/cloud";
import type { AnswerHeaders } from "@thalamus/sdk/web";
import type { Exchange } from "../exchange.ts";
import type { CloudApiCounts } from "../metrics.ts";
import { bodyReader, queryReader } from "./checks.ts";
import type { Tokens } from "./tokens.ts";

/** What routes are answered with. */
export interface RouteParts {
  readonly access: CloudAccess;
  readonly desk: OrderDesk;
  readonly tokens: Tokens;
  readonly counts: CloudApiCounts;
}

type Or<S> = S extends TSchema ? Static<S> : undefined;

export interface OpenRoute<Q, B> extends RouteParts {
  readonly exchange: Exchange;
  readonly caller: CloudCaller;
  readonly query: Or<Q>;
  readonly body: Or<B>;
}

/** JSON, or a file that the route has sent itself. */
export type Reply =
  | { readonly status: number; readonly body?: unknown; readonly headers?: AnswerHeaders }
  | "sent";

/** Shape of an answer; a file by its media type, and what may come in its place; nothing. */
export type AnswerShape = TSchema | { readonly file: string; readonly json?: TSchema } | "empty";

interface Words {
  readonly method: "GET" | "POST" | "PATCH";
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  /** What the token must be good for; `any`: it must only be good. */
  readonly scope: CloudScope | "any";
  /** Request headers that matter, with what they do. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, AnswerShape>>;
}

export interface Route extends Words {
  readonly query: TSchema | undefined;
  readonly body: TSchema | undefined;
  answer(open: RouteParts & { readonly exchange: Exchange; readonly caller: CloudCaller }): Promise<Reply>;
}

export interface RouteDeclaration<Q, B> extends Words {
  readonly query?: Q;
  readonly body?: B;
  readonly answer: (open: OpenRoute<Q, B>) => Promise<Reply>;
}

export function route<
  const Q extends TSchema | undefined = undefined,
  const B extends TSchema | undefined = undefined,
>(declaration: RouteDeclaration<Q, B>): Route {
  const { query, body, answer, ...words } = declaration;
  const readQuery = queryReader(query as TSchema | undefined);
  const readBody = bodyReader(body as TSchema | undefined);
  return {
    ...words,
    query: query as TSchema | undefined,
    body: body as TSchema | undefined,
    answer: async (open) => {
      const checked = { query: readQuery(open.exchange.query), body: await readBody(open.exchange) };
      return answer({ ...open, ...checked } as OpenRoute<Q, B>);
    },
  };
}
