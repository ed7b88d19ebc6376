// The OpenAPI 3.1 document of generation 2, made of its routes.
import type { TSchema } from "@thalamus/sdk";
import {
  BatchMembership,
  type CLOUD_SCOPES,
  CloudBatch,
  CloudOrder,
  CloudOrderPage,
  CloudProblem,
  CloudResultIndex,
  CloudUsage,
  Heartbeat,
  HeartbeatReply,
  NewBatch,
  NewCloudOrder,
  OrderMetadata,
  PartUrls,
  PartUrlsWanted,
  SinglePut,
  TokenReply,
  TokenTest,
  UploadAbort,
  UploadBegin,
  UploadBegun,
  UploadComplete,
} from "@thalamus/sdk/cloud";
import { TokenRequest } from "./client-credentials.ts";
import type { AnswerShape, Route } from "./route.ts";

const NAMED = {
  ...{ NewCloudOrder, CloudOrder, CloudOrderPage, OrderMetadata, NewBatch, CloudBatch, BatchMembership },
  ...{ UploadBegin, UploadBegun, PartUrlsWanted, PartUrls, UploadComplete, UploadAbort, SinglePut },
  ...{ CloudResultIndex, CloudUsage, Heartbeat, HeartbeatReply, TokenRequest, TokenReply, TokenTest },
  CloudProblem,
};
const NAMES = new Map<object, string>(Object.entries(NAMED).map(([name, schema]) => [schema, name]));

const SCOPES: Readonly<Record<(typeof CLOUD_SCOPES)[number], string>> = {
  "orders:read": "See orders",
  "orders:write": "Make, change and cancel orders, and send their data",
  "results:read": "Fetch results, failure reports and reports of batches",
  "usage:read": "See what was run with which key",
  "agents:write": "Send signs of life of an edge hub",
};

/** @param baseUrl where the service is, for who asked */
export function openApiDocument(routes: readonly Route[], baseUrl: string): object {
  const paths: Record<string, Record<string, unknown>> = { "/auth/token": tokenPath() };
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path]![route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Thalamus cloud API, generation 2",
      version: "2",
      description:
        "Orders of imaging studies: made, their data sent in parts to addresses of their own, their results fetched. " +
        "Every answer that is not 2xx has the shape CloudProblem.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: baseUrl }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(NAMED).map(([name, schema]) => [name, plain(schema)])),
      securitySchemes: {
        token: {
          type: "oauth2",
          flows: { clientCredentials: { tokenUrl: `${baseUrl}/auth/token`, scopes: SCOPES } },
        },
        client: { type: "http", scheme: "basic" },
      },
    },
  };
}

function operationOf({ operationId, summary, query, headers = {}, body, answers, scope }: Route): object {
  const answered = Object.entries(answers).map(([status, shape]) => [status, answerOf(status, shape)]);
  return {
    operationId,
    summary,
    parameters: [...parametersOf(query), ...Object.entries(headers).map(headerOf)],
    ...(body
      ? { requestBody: { required: true, content: { "application/json": { schema: refOf(body) } } } }
      : {}),
    responses: { ...Object.fromEntries(answered), default: problem() },
    security: [{ token: scope === "any" ? [] : [scope] }],
  };
}

function tokenPath(): Record<string, unknown> {
  const responses = {
    200: answerOf("200", TokenReply),
    default: problem(),
  };
  const common = { responses, security: [{ client: [] }] };
  const scope = TokenRequest.properties.scope;
  return {
    get: {
      operationId: "getToken",
      summary: "A token, good for an hour, for a client that shows its id and secret.",
      parameters: [{ name: "scope", in: "query", required: false, schema: plain(scope) }],
      ...common,
    },
    post: {
      operationId: "postToken",
      summary: "The same as RFC 6749 section 4.4 has it; the client may show itself in the form.",
      requestBody: {
        required: true,
        content: { "application/x-www-form-urlencoded": { schema: refOf(TokenRequest) } },
      },
      ...common,
    },
  };
}

function answerOf(status: string, shape: AnswerShape): object {
  const description = DESCRIPTIONS[status] ?? status;
  if (shape === "empty") return { description };
  const json = (schema: TSchema) => ({ "application/json": { schema: refOf(schema) } });
  if (!isFile(shape)) return { description, content: json(shape) };
  return { description, content: { ...(shape.json ? json(shape.json) : {}), [shape.file]: {} } };
}

const isFile = (shape: object): shape is { file: string; json?: TSchema } => "file" in shape;

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  200: "OK",
  201: "Made",
  206: "The range that was asked for",
  304: "The client has it already",
};

const problem = (): object => ({
  description: "Refused",
  content: { "application/json": { schema: refOf(CloudProblem) } },
});

function parametersOf(query: TSchema | undefined): object[] {
  const { properties = {}, required = [] } = (query ?? {}) as {
    properties?: Record<string, TSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => {
    return { name, in: "query", required: required.includes(name), schema: plain(schema) };
  });
}

const headerOf = ([name, description]: [string, string]): object => ({
  ...{ name, in: "header", required: false, description },
  schema: { type: "string" },
});

function refOf(schema: TSchema): object {
  const name = NAMES.get(schema);
  return name === undefined ? plain(schema) : { $ref: `#/components/schemas/${name}` };
}

const plain = (schema: TSchema): object => JSON.parse(JSON.stringify(schema)) as object;
