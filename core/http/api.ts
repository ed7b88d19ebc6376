// Declares a route once: the schema gives static types, checks, and the OpenAPI 3.1 document.
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import type { Express, NextFunction, Request, Response } from "express";
import type { Static, TSchema } from "typebox";
import type { Needed, Permission } from "../access/permissions.ts";
import { addressOf } from "../access/sessions.ts";
import type { Visitor } from "../access/visitor.ts";
import { fromAddress } from "../observe/request-origin.ts";
import { ApiError } from "./api-error.ts";

const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;
// a query string holds text only, so numbers in it are read; a body must have the right types
const lenient = new Ajv2020({ allErrors: true, coerceTypes: true, useDefaults: true, strict: true });
const exact = new Ajv2020({ allErrors: true, useDefaults: true, strict: true });
for (const ajv of [lenient, exact]) addFormats(ajv);

type Or<T, D> = T extends TSchema ? Static<T> : D;
type Method = "get" | "post" | "put" | "patch" | "delete";
type Answers = Readonly<Record<number, TSchema | null>>;

export interface RouteDeclaration<P, Q, B, R extends Answers> {
  readonly method: Method;
  /** Express form: `/api/studies/:id` */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tag: string;
  /** What who calls it must be allowed. */
  readonly permission: Needed;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly responses: R;
}

type Reply<R> = {
  [S in keyof R]: { status: S; body: R[S] extends TSchema ? Static<R[S]> : undefined };
}[keyof R];

export interface Call<P, Q, B> {
  readonly params: Or<P, Record<string, never>>;
  readonly query: Or<Q, Record<string, never>>;
  readonly body: Or<B, undefined>;
  /** Undefined only on routes that anyone may call. */
  readonly visitor: Visitor | undefined;
  readonly request: Request;
  readonly response: Response;
}

/** A route whose handler reads and answers by itself: streams, protocols of others, pages. */
export interface DoorDeclaration {
  readonly methods: readonly (Method | "head" | "options")[];
  /** Express form. */
  readonly path: string | RegExp;
  readonly permission: Needed;
}

export interface Passage {
  readonly visitor: Visitor | undefined;
  readonly request: Request;
  readonly response: Response;
  readonly next: NextFunction;
}

/** A method and a path as they were declared. */
export interface DeclaredRoute {
  readonly method: string;
  readonly path: string;
  readonly permission: Needed;
}

export interface OpenApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description: string;
}

/** Who was not allowed what; `path` as it was declared, without ids. */
export interface Denial {
  readonly visitor: Visitor;
  readonly request: Request;
  readonly method: string;
  readonly path: string;
  readonly code: string;
}

/** Tells who is calling, or undefined. */
export type Recognize = (request: Request) => Promise<Visitor | undefined>;

export class Api {
  readonly #app: Express;
  readonly #recognize: Recognize;
  readonly #denied: (denial: Denial) => Promise<void>;
  readonly #operations: Record<string, Record<string, unknown>> = {};
  readonly #schemas = new Map<TSchema, string>();
  readonly #declared: DeclaredRoute[] = [];

  /** @param denied hears of everybody who was recognized and refused with 403, before the answer goes out */
  constructor(
    app: Express,
    recognize: Recognize,
    denied: (denial: Denial) => Promise<void> = async () => {},
  ) {
    this.#app = app;
    this.#recognize = recognize;
    this.#denied = denied;
  }

  /** Gives a schema a name in the document. */
  name<T extends TSchema>(name: string, schema: T): T {
    this.#schemas.set(schema, name);
    return schema;
  }

  route<
    const P extends TSchema | undefined = undefined,
    const Q extends TSchema | undefined = undefined,
    const B extends TSchema | undefined = undefined,
    const R extends Answers = Answers,
  >(declaration: RouteDeclaration<P, Q, B, R>, handle: (call: Call<P, Q, B>) => Promise<Reply<R>>): void {
    this.#document(declaration);
    this.#declared.push(declaration);
    const checks = {
      path: compile(lenient, declaration.params),
      query: compile(lenient, declaration.query),
      body: compile(exact, declaration.body),
    };
    this.#app[declaration.method](declaration.path, async (request: Request, response: Response) => {
      const visitor = await this.#admit(request, declaration);
      const params = checked("path", checks.path, { ...request.params });
      const query = checked("query", checks.query, { ...request.query });
      const body = checked("body", checks.body, request.body as unknown);
      const call = { params, query, body, visitor, request, response } as Call<P, Q, B>;
      const work = () => this.#watched(handle(call), visitor, request, declaration);
      const reply = (await fromAddress(addressOf(request), work)) as { status: number; body: unknown };
      if (response.headersSent) return;
      if (reply.body === undefined) response.status(reply.status).end();
      else response.status(reply.status).json(reply.body);
    });
  }

  /** A route beside the document; it is admitted like any other. */
  door(
    { methods, path, permission }: DoorDeclaration,
    handle: (passage: Passage) => Promise<void> | void,
  ): void {
    for (const method of methods) {
      this.#declared.push({ method, path: String(path), permission });
      this.#app[method](path, async (request: Request, response: Response, next: NextFunction) => {
        const visitor = await this.#admit(request, { method, path: String(path), permission });
        await fromAddress(addressOf(request), async () => handle({ visitor, request, response, next }));
      });
    }
  }

  /** Every route there is. */
  declared(): readonly DeclaredRoute[] {
    return this.#declared;
  }

  /** The OpenAPI 3.1 document of all routes declared so far. */
  document(info: OpenApiInfo): object {
    const schemas = [...this.#schemas].map(([schema, name]) => [name, plain(schema)]);
    const session = { type: "apiKey", in: "cookie", name: "thalamus_session" };
    const key = { type: "http", scheme: "bearer", description: "A key of the hub: thal_…" };
    return {
      openapi: "3.1.0",
      info: { ...info, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
      servers: [{ url: "/" }],
      paths: this.#operations,
      components: { schemas: Object.fromEntries(schemas), securitySchemes: { session, key } },
    };
  }

  /** The one place that asks whether somebody may do something. */
  async #admit(request: Request, route: DeclaredRoute): Promise<Visitor | undefined> {
    if (route.permission === "anyone") return undefined;
    const visitor = await this.#recognize(request);
    if (!visitor) throw new ApiError(401, "access.sign-in", "Sign in first.");
    await this.#watched(requireNeeded(visitor, route.permission), visitor, request, route);
    return visitor;
  }

  async #watched<T>(
    work: Promise<T>,
    visitor: Visitor | undefined,
    request: Request,
    { method, path }: Pick<DeclaredRoute, "method" | "path">,
  ): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (visitor && error instanceof ApiError && error.status === 403)
        await this.#denied({ visitor, request, method, path, code: error.code });
      throw error;
    }
  }

  #document<P, Q, B, R extends Answers>(declaration: RouteDeclaration<P, Q, B, R>): void {
    const { method, path, operationId, summary, tag, permission, params, query, body, responses } =
      declaration;
    const content = (schema: TSchema) => ({ "application/json": { schema: this.#reference(schema) } });
    const answers = Object.entries(responses).map(([status, schema]) => {
      return [
        status,
        { description: DESCRIPTIONS[status] ?? status, ...(schema ? { content: content(schema) } : {}) },
      ];
    });
    this.#operations[path.replaceAll(/:(\w+)/g, "{$1}")] ??= {};
    this.#operations[path.replaceAll(/:(\w+)/g, "{$1}")]![method] = {
      operationId,
      summary,
      tags: [tag],
      parameters: [
        ...this.#parameters("path", params as TSchema | undefined),
        ...this.#parameters("query", query as TSchema | undefined),
      ],
      ...(body ? { requestBody: { required: true, content: content(body as TSchema) } } : {}),
      responses: Object.fromEntries(answers),
      security:
        permission === "anyone" ? [] : [{ session: [] }, ...(permission === "person" ? [] : [{ key: [] }])],
      "x-permission": permission,
    };
  }

  #parameters(where: "path" | "query", schema: TSchema | undefined): object[] {
    if (!schema) return [];
    const { properties = {}, required = [] } = schema as {
      properties?: Record<string, TSchema>;
      required?: string[];
    };
    return Object.entries(properties).map(([name, sub]) => {
      const needed = where === "path" || (required.includes(name) && !("default" in sub));
      return { name, in: where, required: needed, schema: this.#reference(sub) };
    });
  }

  #reference(schema: TSchema): object {
    const name = this.#schemas.get(schema);
    return name === undefined ? plain(schema) : { $ref: `#/components/schemas/${name}` };
  }
}

async function requireNeeded(visitor: Visitor, needed: Needed): Promise<void> {
  if (needed === "signed-in" || needed === "anyone") return;
  if (needed !== "person") requirePermission(visitor, needed);
  else if (visitor.session === undefined)
    throw new ApiError(403, "access.permission", "A key cannot do this; sign in as a person.");
}

/**
 * For what a permission decides within a route.
 * @throws ApiError `access.permission`
 */
export function requirePermission({ permissions }: Visitor, needed: Permission): void {
  if (permissions.has(needed)) return;
  throw new ApiError(403, "access.permission", `This needs the permission ${needed}. Ask an administrator.`);
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "Done, nothing to return",
  400: "The request is wrong",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  503: "Not able to work right now",
};

const plain = (schema: TSchema): object => JSON.parse(JSON.stringify(schema)) as object;

const compiled = new Map<Ajv2020, Map<string, ValidateFunction>>([
  [lenient, new Map()],
  [exact, new Map()],
]);

/** Once for all that say the same: many routes do, and so does another hub in this process. */
function compile(ajv: Ajv2020, schema: unknown): ValidateFunction | undefined {
  if (schema === undefined) return undefined;
  const own = compiled.get(ajv)!;
  const text = JSON.stringify(schema);
  const check = own.get(text) ?? ajv.compile(schema as TSchema);
  own.set(text, check);
  return check;
}

function checked(where: string, check: ValidateFunction | undefined, value: unknown): unknown {
  if (!check || check(value)) return value;
  const problems = (check.errors ?? []).map(({ instancePath, message }) => ({ path: instancePath, message }));
  const text = exact.errorsText(check.errors, { dataVar: where });
  throw new ApiError(400, "api.invalid", `The ${where} of the request is wrong: ${text}.`, problems);
}
