// Which fields a form has, what it sends, and what it says of wrong values.
import { describe, expect, test } from "vitest";
import type { FormSchema } from "../../form-schema.ts";
import { errorsIn, fieldsOf, freshValue, pruned, warningsOf } from "./form-rules.ts";
import { changedAt, withoutSecrets } from "./form-value.ts";

const byProtocol: FormSchema = {
  type: "object",
  required: ["protocol"],
  properties: { protocol: { type: "string", enum: ["dicom", "mail"], default: "dicom" } },
  allOf: [
    {
      if: { properties: { protocol: { const: "dicom" } }, required: ["protocol"] },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema, not a promise
      then: { required: ["host"], properties: { host: { type: "string", minLength: 1 } } },
      else: {
        required: ["to"],
        properties: { to: { type: "array", minItems: 1, items: { type: "string", format: "email" } } },
      },
    },
  ],
};

const secretWhen: FormSchema = {
  type: "object",
  required: ["kind", "header"],
  properties: {
    kind: { type: "string", enum: ["none", "basic", "header"] },
    secret: {
      type: "string",
      minLength: 4,
      "x-ui": { widget: "secret", showWhen: { properties: { kind: { const: "basic" } } } },
    },
    header: {
      type: "string",
      default: "X-Key",
      "x-ui": { showWhen: { properties: { kind: { const: "header" } } } },
    },
  },
};

describe("fields with a condition", () => {
  test("are there while it holds, and are needed only then", () => {
    const dicom = fieldsOf(byProtocol, { protocol: "dicom" });
    expect([Object.keys(dicom.properties), [...dicom.required]]).toEqual([
      ["protocol", "host"],
      ["protocol", "host"],
    ]);
    expect(Object.keys(fieldsOf(byProtocol, { protocol: "mail" }).properties)).toEqual(["protocol", "to"]);
  });

  test("are left out of what is sent when it does not hold, so that they never block a save", () => {
    const value = { protocol: "mail", host: 17, to: ["a@example.org"] };
    const sent = pruned(byProtocol, value) as Record<string, unknown>;
    expect(sent).toEqual({ protocol: "mail", to: ["a@example.org"] });
    expect(errorsIn(byProtocol, sent)).toEqual({});
  });

  test("by a hint go back to their default when they are hidden", () => {
    const value = { kind: "none", secret: "x", header: "X-Other" };
    expect(pruned(secretWhen, value)).toEqual({ kind: "none", header: "X-Key" });
  });
});

describe("wrong values", () => {
  test("are told at their fields, in words", () => {
    const schema: FormSchema = {
      type: "object",
      required: ["name"],
      properties: {
        name: { type: "string", minLength: 1 },
        port: { type: "integer", minimum: 1, maximum: 65_535 },
        url: { type: "string", format: "uri" },
        lines: {
          type: "array",
          items: { type: "object", properties: { tag: { type: "string", pattern: "^[0-9]+$" } } },
        },
      },
    };
    const wrong = { port: 70_000, url: "not an address", lines: [{ tag: "1" }, { tag: "x" }] };
    expect(errorsIn(schema, wrong)).toEqual({
      name: "Required.",
      port: "At most 65535.",
      url: "Not a valid address.",
      "lines.1.tag": "Not in the expected form.",
    });
    expect(errorsIn(schema, { name: "a", port: "x" })).toEqual({ port: "A whole number." });
    expect(errorsIn(byProtocol, { protocol: "mail", to: [] })).toEqual({ to: "Add at least one." });
  });

  test("a stored secret fits, whatever its text would have to be", () => {
    const value = { kind: "basic", secret: { $secret: "ref" }, header: "X-Key" };
    expect(errorsIn(secretWhen, value)).toEqual({});
    expect(pruned(secretWhen, value)).toEqual(value);
  });
});

test("a fresh entry has its defaults and nothing else", () => {
  const schema: FormSchema = {
    type: "object",
    properties: {
      on: { type: "boolean", default: true },
      note: { type: "string" },
      tls: { type: "object", default: {}, properties: { profile: { type: "string", default: "bcp195" } } },
    },
  };
  expect(freshValue(schema)).toEqual({ on: true, tls: { profile: "bcp195" } });
});

test("a warning is there while its condition holds", () => {
  const schema: FormSchema = {
    "x-ui": { warnWhen: [{ if: { properties: { on: { const: false } } }, message: "Off!" }] },
  };
  expect([warningsOf(schema, { on: false }), warningsOf(schema, { on: true })]).toEqual([["Off!"], []]);
});

test("a copy of an entry loses its secrets, and a change keeps the identity of what is beside it", () => {
  expect(withoutSecrets({ a: { $secret: "1" }, b: [{ c: 1, d: { $secret: "2" } }] })).toEqual({
    b: [{ c: 1 }],
  });
  const before = { a: { x: 1 }, b: [{ y: 1 }, { y: 2 }] };
  const after = changedAt(before, ["b", 1, "y"], 3) as typeof before;
  expect(after).toEqual({ a: { x: 1 }, b: [{ y: 1 }, { y: 3 }] });
  expect(after.a).toBe(before.a);
  expect(after.b[0]).toBe(before.b[0]);
});
