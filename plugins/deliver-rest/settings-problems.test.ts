// Settings that cannot work are found before anything is delivered, with words.
import { expect, test } from "vitest";
import plugin from "./plugin.ts";
import { RestBench } from "./testing/rest-bench.ts";

const bench = new RestBench();
const url = "https://reports.example.org/in";
const problems = (settings: object) => plugin.settingsProblems?.(bench.scope({ url, ...settings })) ?? [];

test("A-190 the defaults have no problem, whichever results are delivered", () => {
  for (const results of ["diagnostic", "failure", "both"]) expect(problems({ results })).toEqual([]);
});

test.each([
  [{ body: '{"a":"{{patient.nme}}"}' }, "body", 'there is no "patient.nme"'],
  [{ body: '{"a":"{{patient.name}}"' }, "body", "no JSON"],
  [{ body: '{"a":{{patient.name}} {{patient.id}} }' }, "body", "no value here"],
  [{ body: "{{#if}}" }, "body", "cannot be read"],
  [{ results: "both", body: '{"a":"{{result.error.nme}}"}' }, "body", 'there is no "result.error.nme"'],
  [{ url: "https://{{patient.id}}.example.org/" }, "url", "cannot be part of the host"],
  [{ url: "https://user:pass@reports.example.org/" }, "url", "use auth"],
  [{ url: "https://reports.example.org/{{order.number}}" }, "url", 'there is no "order.number"'],
  [{ headers: [{ name: "X-A", value: "{{x}}" }] }, "headers.0.value", 'there is no "x"'],
  [{ headers: [{ name: "Content-Length", value: "1" }] }, "headers.0.name", "set by the hub itself"],
  [{ contentType: "text/plain" }, "contentType", "no JSON and no XML type"],
  [{ auth: { kind: "basic", user: "u" } }, "auth.secret", "is needed for basic"],
  [{ auth: { kind: "oauth2", user: "u", secret: "s" } }, "auth.tokenUrl", "is needed for oauth2"],
  [{ auth: { kind: "bearer", secret: "s", secretFile: "/s" } }, "auth.secretFile", "only one of them"],
  [{ privateNetworks: ["10.0.0.0/99"] }, "privateNetworks", "is no IP address or network"],
  [{ proxy: "proxy:3128" }, "proxy", "no http or https URL"],
  [{ probeUrl: "/health" }, "probeUrl", "no http or https URL"],
  [{ tls: { certificateFile: "/c.pem" } }, "tls", "together, or neither"],
])("%j is a problem of %s: %s", (settings, path, words) => {
  expect(problems(settings)).toEqual([{ path, message: expect.stringContaining(words) }]);
});
