// The table of settings in READMEs and in the list of the hub's settings.
import { AeTitle, Secret, Settings, Type } from "@thalamus/sdk";
import { expect, test } from "vitest";
import { settingsTable } from "./settings-table.ts";

const rows = (properties: Parameters<typeof Settings>[0]) =>
  settingsTable(Settings(properties)).split("\n").slice(2);

test("a row tells name, type with its range, default and description", () => {
  const tries = { title: "Tries", description: "How often.", minimum: 1, maximum: 9, default: 3 };
  expect(rows({ tries: Type.Integer(tries) })).toEqual([
    "| `tries` | whole number, 1 to 9 | `3` | **Tries.** How often. |",
  ]);
});

test("choices, lists, optional, required and secret settings are told apart", () => {
  const named = { title: "T", description: "D." };
  const table = rows({
    level: Type.Union([Type.Literal("warn"), Type.Literal("fail")], { ...named, default: "warn" }),
    names: Type.Array(Type.String(), { ...named, default: [] }),
    limit: Type.Optional(Type.Number(named)),
    title: AeTitle(named),
    key: Secret(named),
  });
  expect(table.map((row) => row.split(" | ").slice(1, 3))).toEqual([
    ["one of `warn`, `fail`", "`warn`"],
    ["list of texts", "`[]`"],
    ["number", ""],
    ["text", "**required**"],
    ["secret", "**required**"],
  ]);
});

test("settings inside of settings have their path in front", () => {
  const inner = Settings({ host: Type.String() });
  const table = rows({ http: inner, peers: Type.Array(inner, { default: [] }) });
  expect(table.map((row) => row.split("`")[1])).toEqual(["http.host", "peers", "peers[].host"]);
});

test("a pipe or a line break in a description does not break the table", () => {
  expect(rows({ mode: Type.String({ description: "a | b\nc" }) })).toEqual([
    "| `mode` | text | **required** | a \\| b c |",
  ]);
});
