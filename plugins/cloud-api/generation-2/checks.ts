// Checks queries and bodies of generation 2 by their schemas; what a refusal says holds nothing of the request.
import type { TSchema } from "@thalamus/sdk";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import type { Exchange } from "../exchange.ts";
import { Refusal } from "../refusal.ts";

const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;
// a query holds text only, so numbers in it are read; a body must have the right types
const lenient = new Ajv2020({ coerceTypes: true, strict: true });
const exact = new Ajv2020({ strict: true });
for (const ajv of [lenient, exact]) addFormats(ajv);

/** @returns reads the query. @throws Refusal 400 */
export function queryReader(schema: TSchema | undefined): (query: URLSearchParams) => unknown {
  const fits = lenient.compile(schema ?? { type: "object", additionalProperties: false });
  return (query) => {
    const values = Object.fromEntries(query);
    if (query.size > Object.keys(values).length) {
      throw invalid("A parameter of the query is there twice.");
    }
    if (!fits(values)) throw invalid(told("query", fits.errors));
    return schema ? values : undefined;
  };
}

/** @returns reads the body. @throws Refusal 400, 413 or 415 */
export function bodyReader(schema: TSchema | undefined): (exchange: Exchange) => Promise<unknown> {
  if (!schema) return async () => undefined;
  const fits = exact.compile(schema);
  return async (exchange) => {
    const type = (exchange.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
    if (type !== "application/json" && type !== "application/merge-patch+json") {
      const message = "The body must be JSON: Content-Type: application/json.";
      throw new Refusal(415, "cloud-api.content-type", message);
    }
    const value = parse(await exchange.body());
    if (!fits(value)) throw invalid(told("body", fits.errors));
    return value;
  };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) as unknown;
  } catch {
    throw invalid("The body is no JSON in UTF-8.");
  }
}

export const invalid = (message: string): Refusal => new Refusal(400, "cloud-api.invalid", message);

/** Place and rule; a key that is not known is named by the sender, and so is not repeated. */
function told(where: string, errors: readonly ErrorObject[] | null | undefined): string {
  const [{ instancePath = "", keyword = "", message = "" } = {}] = errors ?? [];
  const rule = keyword === "additionalProperties" ? "has a key that is not known here" : message;
  // numbers of list places are the schema's words, names of keys in a path are its own properties
  return `The ${where}${instancePath === "" ? "" : ` at ${instancePath}`} ${rule}.`;
}
