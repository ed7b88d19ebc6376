// Settings as plain values: what is shared, what differs, what is written, and which schemas make a form.
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { OWN_PLUGINS } from "../plugins/find-plugin.ts";
import { shownChanges } from "./differing-sections.ts";
import { formSchema, schemaProblem, withFormDefaults } from "./form-schema.ts";
import { fieldChanges, hashOf, withValueAt, writtenAs } from "./json-values.ts";
import { ownPlugins } from "./own-plugins.ts";
import { SettingsSections } from "./sections.ts";
import { sharedPart, wholeOf } from "./shared-part.ts";

test("what binds to the machine is not shared, and stays the file's in the whole", () => {
  const file = {
    name: "A",
    dataFolder: "/a",
    http: { port: 1, metrics: { access: "off" } },
    steps: { attempts: 2 },
  };
  const shared = sharedPart(file);
  expect(shared).toEqual({ name: "A", http: { metrics: { access: "off" } }, steps: { attempts: 2 } });
  const other = { dataFolder: "/b", http: { port: 2 }, database: { url: "x" } };
  expect(wholeOf(other, shared)).toEqual({
    ...shared,
    ...other,
    http: { port: 2, metrics: { access: "off" } },
  });
  expect(hashOf({ a: 1, b: { c: 2, d: 3 } })).toBe(hashOf({ b: { d: 3, c: 2 }, a: 1 }));
});

test("a save writes what was changed and leaves the rest to its defaults", () => {
  const written = { a: 1, tls: { on: true } };
  const shown = { a: 1, b: 2, tls: { on: true, profile: "x" } };
  expect(writtenAs(written, shown, { ...shown, b: 3 })).toEqual({ ...written, b: 3 });
  expect(writtenAs(written, shown, { ...shown, tls: { on: false, profile: "x" } })).toEqual({
    a: 1,
    tls: { on: false },
  });
  expect(writtenAs(written, shown, { b: 2, tls: shown.tls })).toEqual({ tls: { on: true } });
});

test("a difference names fields; lists and secrets are one field each, and secrets show nothing", () => {
  const secret = (id: string) => ({ $sealed: "1.k.x", $secret: id, setAt: "2026-01-01T00:00:00Z" });
  expect(fieldChanges({ a: [1], b: { c: 1 } }, { a: [1, 2], b: { c: 1, d: 2 } })).toEqual([
    { field: "a", before: [1], after: [1, 2] },
    { field: "b.d", before: undefined, after: 2 },
  ]);
  const entry = (key: string) => ({ plugins: [{ use: "p", settings: { key: secret(key) } }] });
  const changes = shownChanges(entry("one"), entry("two"));
  expect(Object.keys(changes)).toEqual(["entry.p"]);
  expect(changes["entry.p"]?.map(({ field }) => field)).toEqual(["key"]);
  expect(JSON.stringify(changes)).not.toContain("sealed");
  expect(withValueAt({ a: { b: 1, c: 2 } }, ["a", "b"], undefined)).toEqual({ a: { c: 2 } });
});

test("the settings of every plugin that comes with the hub make a form", async () => {
  const plugins = await ownPlugins();
  const folders = readdirSync(OWN_PLUGINS, { withFileTypes: true }).filter((one) => one.isDirectory());
  expect(plugins).toHaveLength(folders.length);
  const problems = plugins.map(({ name, settings }) => [name, schemaProblem(formSchema(settings))]);
  expect(problems.filter(([, problem]) => problem !== undefined)).toEqual([]);
});

test("a section whose schema is outside of the subset is there without a form, whoever contributed it", () => {
  const sections = new SettingsSections();
  const plain = { group: "System", path: ["x"], applies: "now", title: "X", summary: "" } as const;
  const good = { type: "object", properties: { a: { type: "string", default: "b" } } };
  sections.add(() => [{ ...plain, id: "core.x", kind: "core", schema: good }]);
  const bad = { type: "object", properties: { a: { $ref: "http://example.org/schema" } } };
  sections.add(() => [{ ...plain, id: "entry.y", kind: "deliver", schema: bad }]);
  const [own, foreign] = sections.of({});
  expect(own).toMatchObject({ id: "core.x", schema: good });
  expect(foreign).toMatchObject({ id: "entry.y", schema: {}, problem: expect.stringContaining("$ref") });
  expect(withFormDefaults(own!.schema, {})).toEqual({ a: "b" });
});
