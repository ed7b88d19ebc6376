// Values that try to break out of the text around them, in each form.
import { TemplateProblem } from "@thalamus/sdk";
import { describe, expect, it, test } from "vitest";
import { createTemplates } from "./template-service.ts";

const templates = createTemplates();

/** What a name or a description may hold, by mistake or on purpose. */
const HOSTILE = [
  '"',
  '","admin":true,"x":"',
  "\\",
  '\\"',
  "\\u0022,\\u0022",
  "'--",
  "{{constructor}}",
  "{{{json patient}}}",
  "\0",
  "\u0000\u001f\u007f",
  "line\r\nBcc: everybody@example.org\r\n\r\nbody",
  "\u2028\u2029",
  "\ud800",
  "\udc00\ud800 pair backwards",
  "😀 whole pair",
  "]}",
  "/*",
  "<script>alert(1)</script>",
  "]]>",
  "|^~\\&",
  "\\.br\\",
  "\u202egnp.exe",
  "__proto__",
  `${"9".repeat(400)}`,
];

/** Types and names all the way down, without the values. */
const skeleton = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(skeleton);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, skeleton(inner)]));
};

describe("A-190 JSON is safe by construction", () => {
  const source = `{
    "inside": "{{value}}", "twice": "a {{value}} b {{{value}}}",
    "whole": {{value}}, "asJson": {{json nested}}, "quotedJson": "{{json nested}}",
    "list": [{{#each list}}{{#unless @first}},{{/unless}}"{{.}}"{{/each}}], "default": "{{default value "none"}}",
    "number": {{number}}, "nothing": {{nothing}}, "empty": "{{nothing}}"
  }`;
  const template = templates.compile(source, "json");
  const contextOf = (value: string) => ({
    ...{ value, nested: { a: [value] }, list: [value, value] },
    ...{ number: 4.5, nothing: null },
  });

  it.each(HOSTILE.map((value) => [JSON.stringify(value), value]))(
    "the value %s changes no structure and comes out as it is",
    (_shown, value) => {
      const written = template(contextOf(value));
      const body = JSON.parse(written) as Readonly<Record<string, unknown>>;
      expect(skeleton(body)).toEqual(skeleton(JSON.parse(template(contextOf("harmless")))));
      expect(body).toMatchObject({
        inside: value,
        whole: value,
        asJson: { a: [value] },
        list: [value, value],
      });
      expect(body["twice"]).toBe(`a ${value} b ${value}`);
      expect(JSON.parse(String(body["quotedJson"]))).toEqual({ a: [value] });
      expect(body).toMatchObject({ number: 4.5, nothing: null, empty: "" });
      // nothing that a line reader or a script would take for an end, and nothing UTF-8 cannot carry
      expect(written).not.toMatch(/[\u2028\u2029]/);
      expect(written.isWellFormed()).toBe(true);
    },
  );

  test("500 strings of random characters that matter to JSON change no structure", () => {
    const characters = [
      '"',
      "\\",
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      "u",
      "0",
      "\n",
      "\ud83d",
      "\ude00",
      "/",
      "\0",
    ];
    let state = 12_345;
    const next = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return characters[Math.floor(state / 65_536) % characters.length]!;
    };
    const harmless = skeleton(JSON.parse(template(contextOf("harmless"))));
    for (let round = 0; round < 500; round += 1) {
      const value = Array.from({ length: 12 }, next).join("");
      const body = JSON.parse(template(contextOf(value))) as { inside: string };
      expect(skeleton(body)).toEqual(harmless);
      expect(body.inside).toBe(value);
    }
  });

  it.each([
    ['{"{{x}}": 1}', '"', String.raw`{"\"":1}`],
    ["{{x}}", "text", '"text"'],
    ["[{{x}}, {{x}}]", "1", '["1","1"]'],
  ])("%s with %s", (wanted, x, written) => {
    expect(JSON.stringify(JSON.parse(templates.compile(wanted, "json")({ x })))).toBe(written);
  });

  it.each([
    ['{"a": "\\\\{{x}}"}', 'n"', "behind a backslash"],
    ['{"a": {{x}}{{x}} }', "b", "no value here"],
    ['{"a": 1{{x}} }', 2, "no value here"],
    ["{ {{x}}: 1}", "key", "no value here"],
    ['{"a": "{{x}} }', "b", "no JSON here"],
    ['{"a": {{x}},}', "b", "no JSON here"],
    ['{"a": {{x}}}', "b", "Write a space between }}"],
    ["", "", "no JSON here"],
  ])("%s is refused", (wanted, x, words) => {
    expect(() => templates.compile(wanted, "json")({ x })).toThrow(words);
  });

  it("says where the JSON goes wrong, without the values", () => {
    const broken = templates.compile('{\n  "a": "{{x}}",\n  "b" 1\n}', "json");
    expect(() => broken({ x: "CANARY" })).toThrow(TemplateProblem);
    expect(() => broken({ x: "CANARY" })).toThrow("Line 3, column 7: what comes out is no JSON here.");
  });

  it("1 MB of base64 inside a string", () => {
    const base64 = Buffer.alloc(1_000_000, 251).toString("base64");
    const body = templates.compile('{"pdf":"{{report.base64}}"}', "json")({ report: { base64 } });
    expect((JSON.parse(body) as { pdf: string }).pdf).toBe(base64);
  });
});

describe("HL7 fields", () => {
  const field = templates.compile("PID|1||{{id}}||{{{name}}}|", "hl7");

  it.each(HOSTILE.map((value) => [JSON.stringify(value), value]))(
    "%s stays in its field",
    (_shown, value) => {
      const written = field({ id: value, name: value });
      expect(written.split("|")).toHaveLength(7);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they would end the segment or the message
      expect(written).not.toMatch(/[~&\u0000-\u001f]/);
      expect(written.split("|")[3]).not.toContain("^");
    },
  );

  it("is escaped as HL7 2.5.1 2.7 has it, and three braces keep components apart", () => {
    expect(field({ id: "a|b^c&d~e\\f\r\n", name: "DOE^JA&NE" })).toBe(
      "PID|1||a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f\\X0D\\\\X0A\\||DOE^JA\\T\\NE|",
    );
  });
});

describe("URLs", () => {
  const url = templates.compile("https://reports.example.org/in/{{id}}/pdf?name={{name}}", "url");

  it.each(HOSTILE.map((value) => [JSON.stringify(value), value]))("%s stays in its part", (_shown, value) => {
    const { origin, pathname, searchParams, hash } = new URL(url({ id: value, name: value }));
    expect([origin, hash, pathname.split("/").length]).toEqual(["https://reports.example.org", "", 4]);
    expect(searchParams.get("name")).toBe(value.toWellFormed());
  });

  it.each([".", ".."])("%s as a part of the path is refused", (id) => {
    expect(() => url({ id, name: "" })).toThrow("would lead somewhere else");
  });
});

describe("headers and HTML", () => {
  const subject = templates.compile("Report {{name}}\n", "header");
  const html = templates.compile('<p title="{{name}}">{{name}}</p>', "html");

  it.each(HOSTILE.map((value) => [JSON.stringify(value), value]))("%s ends neither", (_shown, value) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they would end the header
    expect(subject({ name: value })).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
    const written = html({ name: value });
    expect(written.match(/[<>]/g)).toHaveLength(4);
    expect(written.match(/"/g)).toHaveLength(2);
  });

  it.each([
    ["<p class={{name}}>", "in quotes"],
    ["<p {{name}}>", "in quotes"],
    ["<script>var a = '{{name}}'</script>", "a script"],
    ["<SCRIPT src=x>{{name}}", "a script"],
    ["<style>{{name}}</style>", "a script, a style"],
    ["<title>{{name}}</title>", "a title"],
    ["<!-- {{name}} -->", "a comment"],
    ["<p onclick=\"say('{{name}}')\">", "this attribute"],
    ['<p style="color: {{name}}">', "this attribute"],
    ['<a href="{{name}}">', "has to begin with"],
    ['<img src=" {{name}}">', "has to begin with"],
  ])("HTML where a value would not be safe is refused: %s", (source, words) => {
    expect(() => templates.compile(source, "html")({ name: "javascript:alert(1)" })).toThrow(words);
  });

  it.each([
    ['<a href="{{name}}">{{name}}</a>', '<a href="https://x.org/?a&#61;1">https://x.org/?a&#61;1</a>'],
    ["<a href='https://y.org/?u={{name}}'>", "<a href='https://y.org/?u=https://x.org/?a&#61;1'>"],
    ["1 < 2 {{name}} <!-- a > b --><b>{{name}}</b>", undefined],
    ["<script>let a;</script><p title='it is \">\"'>{{name}}</p>", undefined],
  ])("HTML where it is safe: %s", (source, written) => {
    const value = "https://x.org/?a=1";
    const wanted = written ?? source.replaceAll("{{name}}", "https://x.org/?a&#61;1");
    expect(templates.compile(source, "html")({ name: value })).toBe(wanted);
  });

  it("XML has no special elements or attributes, and no control characters", () => {
    const xml = templates.compile('<?xml version="1.0"?><title style="{{name}}">{{name}}</title>', "xml");
    expect(xml({ name: "a<\u0001" })).toBe(
      '<?xml version="1.0"?><title style="a&lt;\uFFFD">a&lt;\uFFFD</title>',
    );
    expect(() => templates.compile("<a><![CDATA[{{name}}]]></a>", "xml")({ name: "]]>" })).toThrow(
      "in quotes",
    );
  });

  it("text is left as it is", () => {
    const plain = templates.compile("{{name}} {{{name}}}", "text");
    expect(plain({ name: "<b>&\n" })).toBe("<b>&\n <b>&\n");
  });
});
