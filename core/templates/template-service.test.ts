// The language of templates: what Handlebars writes, strict names, places of problems, and an end to everything.
import { TemplateProblem } from "@thalamus/sdk";
import Handlebars from "handlebars";
import { describe, expect, it } from "vitest";
import { createTemplates } from "./template-service.ts";

const templates = createTemplates();
const context = {
  patient: { name: "MUSTER^ERIKA", id: "4711", birthDate: "19640812" },
  study: { date: "20240412", time: "101500.25", revision: 2 },
  result: {
    kind: "diagnostic",
    createdAt: "2024-04-12T12:30:05.000Z",
    indexes: [
      { name: "FA", value: 0.4312, unit: "1" },
      { name: "MD", value: null, unit: "10^-3 mm2/s" },
    ],
    warnings: [],
    error: null,
  },
};
const text = (source: string, values: Readonly<Record<string, unknown>> = context) =>
  templates.compile(source, "text")(values);
const problem = (source: string, values?: Readonly<Record<string, unknown>>): string => {
  try {
    text(source, values);
  } catch (error) {
    expect(error).toBeInstanceOf(TemplateProblem);
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
};

describe("A-190 the language is Handlebars'", () => {
  it.each([
    "Report for {{study.date}}, revision {{study.revision}}.",
    "{{#each result.indexes}}{{name}}={{value}}{{#unless @last}}, {{/unless}}{{/each}}",
    "{{#each result.indexes as |one at|}}{{at}}:{{one.name}} of {{../result.kind}} {{@root.patient.id}};{{/each}}",
    "{{#with patient}}{{id}} {{this.name}}{{else}}nobody{{/with}}",
    "{{#if result.warnings}}warned{{else if result.error}}failed{{else}}fine{{/if}}",
    "{{#each result.warnings}}{{.}}{{else}}no warnings{{/each}}",
    "one\n{{#if patient.id}}\ntwo\n{{/if}}\nthree {{~ patient.id ~}} four {{! not seen }}",
    "{{#each patient}}{{@key}}/{{@index}}{{#if @first}} first{{/if}} {{/each}}",
    "{{result.indexes.[0].name}} {{result.indexes.1.unit}} \\{{not.this}}",
    "{{#if zero}}no{{else}}zero{{/if}}{{#if zero includeZero=true}} counts{{/if}}",
    "{{#each result.indexes}}{{#each ../letters}}{{../name}}{{.}} {{/each}}{{/each}}",
  ])("as its own runtime writes it: %s", (source) => {
    const values = { ...context, zero: 0, letters: ["a", "b"] };
    expect(text(source, values)).toBe(Handlebars.compile(source, { noEscape: true })(values));
  });

  it("has functions for what sites need", () => {
    const source =
      '{{date study.date "DD.MM.YYYY"}} {{date study.time "HH:mm"}} {{date result.createdAt "YYYYMMDDHHmmss"}} ' +
      '{{default result.error "none"}} {{upper (lower patient.name)}} {{json result.warnings}} ' +
      '{{fixed result.indexes.[0].value 2}} {{shorten patient.name 6}} {{join list " + "}} {{#if (eq result.kind "failure")}}x{{/if}}';
    expect(text(source, { ...context, list: ["a", 1, null] })).toBe(
      "12.04.2024 10:15 20240412123005 none MUSTER^ERIKA [] 0.43 MUSTER a + 1 +  ",
    );
  });

  it.each([
    ["1964.08.12", "12/08/1964"],
    ["19641399", ""],
    ["not a date", ""],
    ["", ""],
    ["2024-04-12T12:30:05+02:00", "12/04/2024"],
  ])("writes the date %s as %s", (value, written) => {
    expect(text('{{date when "DD/MM/YYYY"}}', { when: value })).toBe(written);
  });
});

describe("names are strict", () => {
  it("an unknown one is a problem with its place and the names that are there", () => {
    expect(problem("one\n  two {{patient.nme}}")).toBe(
      'Line 2, column 9: there is no "patient.nme"; here are name, id, birthDate.',
    );
    expect(problem("{{upper pateint.id}}")).toMatch(/^Line 1, column 9: there is no "pateint.id"/);
    expect(problem("{{#if nothing}}{{/if}}")).toMatch(/^Line 1, column 7: there is no "nothing"/);
  });

  it("what is nothing has nothing inside", () => {
    expect(text("[{{result.error}}{{result.error.message}}]")).toBe("[]");
  });

  it.each([
    "{{constructor}}",
    "{{patient.constructor}}",
    "{{patient.__proto__}}",
    "{{patient.name.length}}",
    "{{result.indexes.map}}",
    "{{#with (json patient)}}{{text}}{{/with}}{{toString}}",
    "{{@root.hasOwnProperty}}",
    "{{@loop}}",
    "{{../patient.id}}",
  ])("nothing but own values is reached: %s", (source) => {
    expect(problem(source)).toMatch(/there is no|leads out/);
  });

  it.each([
    ["{{> card}}", "partials and decorators are not allowed"],
    ["{{#> card}}x{{/card}}", "partials and decorators are not allowed"],
    ['{{#*inline "card"}}x{{/inline}}', "partials and decorators are not allowed"],
    ["{{* mark}}", "partials and decorators are not allowed"],
    ["{{lookup patient key}}", 'there is no function "lookup"'],
    ["{{constructor patient}}", 'there is no function "constructor"'],
    ["{{#patient}}x{{/patient}}", 'there is no block "patient"'],
    ["{{{{raw}}}}x{{{{/raw}}}}", 'there is no block "raw"'],
    ["{{upper}}", 'there is no "upper"'],
    ["{{date study.date}}", '"date" is written {{date value "YYYY-MM-DD"}}'],
    ["{{upper patient.id size=3}}", "options like name=value are not known"],
    ["{{patient}}", "this is a list or an object"],
    ["{{#each patient.id}}{{/each}}", "each wants a list or an object"],
    ["{{#if patient.id}}", "cannot be read"],
    ["{{#if a}}{{/unless}}", "cannot be read"],
  ])("%s is refused: %s", (source, words) => {
    expect(problem(source)).toContain(words);
  });

  it("no problem shows a value", () => {
    const canary = "CANARY^VALUE";
    for (const source of [
      "{{a.b}}",
      "{{#each a}}{{/each}}",
      "{{fixed a 1}}",
      "{{join a 1}}",
      "{{list}}",
      "{{list.x}}",
    ]) {
      expect(problem(source, { a: canary, list: [canary] })).not.toContain("CANARY");
    }
  });
});

describe("everything has an end", () => {
  const soon = 2000;

  it.each([
    ["a long source", "x".repeat(64 * 1024 + 1), "longer than 64 KB"],
    ["many blocks", "{{#if x}}".repeat(7000), "more than 500 blocks"],
    ["many alternatives", `{{#if x}}${"{{else if x}}".repeat(3000)}{{/if}}`, "more than 500 blocks"],
    ["calls in calls", `{{not ${"(not ".repeat(9000)}1${")".repeat(9000)}}}`, "parentheses"],
    ["deep blocks", `${"{{#if x}}".repeat(40)}${"{{/if}}".repeat(40)}`, "nested more than 32 deep"],
  ])("%s", (_name, source, words) => {
    const begin = performance.now();
    expect(problem(source, { x: true })).toContain(words);
    expect(performance.now() - begin).toBeLessThan(soon);
  });

  it("rounds of loops", () => {
    const list = Array.from({ length: 1000 }, (_, at) => at);
    const begin = performance.now();
    const loops = "{{#each @root.list}}{{#each @root.list}}{{#each @root.list}}{{/each}}{{/each}}{{/each}}";
    expect(problem(loops, { list })).toContain("too many rounds");
    expect(performance.now() - begin).toBeLessThan(soon);
  });

  it("characters", () => {
    const source = `{{#each list}}${"{{@root.long}}".repeat(20)}{{/each}}`;
    const values = { list: Array(100).fill(1), long: "x".repeat(1_000_000) };
    expect(problem(source, values)).toContain("too long");
  });

  it.each(["json", "html"] as const)("characters of the template itself, in %s", (form) => {
    const template = templates.compile(`{{#each list}}${"x".repeat(60_000)}{{/each}}`, form);
    const begin = performance.now();
    expect(() => template({ list: Array(10_000).fill(1) })).toThrow("too long");
    expect(performance.now() - begin).toBeLessThan(3 * soon);
  });

  it("a report of 1 MB in base64 is no trouble", () => {
    const base64 = Buffer.alloc(1_000_000, 7).toString("base64");
    expect(text("{{report.base64}}", { report: { base64 } })).toBe(base64);
  });
});
