// Settings that cannot work are refused before anything is sent, with the setting that is wrong.
import { expect, test } from "vitest";
import plugin from "./plugin.ts";
import { EdgeBench } from "./testing/edge-bench.ts";

const bench = new EdgeBench();
const problems = (settings: object) =>
  plugin.settingsProblems?.(bench.scope("https://cloud.example.org/v2", settings)) ?? [];

test("A-112 A-113 A-114 an address, a user and a password are enough", () => {
  expect(problems({})).toEqual([]);
  expect(problems({ clientId: undefined, generation: "1" })).toEqual([]);
});

test.each([
  [{ url: "https://hub:secret@cloud.example.org" }, "url", "holds a user"],
  [{ url: "https://cloud.example.org/?a=1" }, "url", "query"],
  [{ clientSecret: undefined }, "clientSecret", "is needed"],
  [{ clientSecretFile: "/s" }, "clientSecretFile", "only one of them counts"],
  [{ clientId: undefined }, "clientId", "is needed for generation 2"],
  [{ privateNetworks: ["10.0.0.0/99"] }, "privateNetworks", "is no IP address or network"],
  [{ proxy: "proxy:3128" }, "proxy", "no http or https URL"],
  [{ pollSeconds: 60, longestPollSeconds: 30 }, "longestPollSeconds", "shorter"],
  [{ tls: { certificateFile: "/c" } }, "tls", "together"],
])("%j is refused at %s", (settings, path, words) => {
  const found = problems(settings);
  expect(found.map((one) => one.path)).toContain(path);
  expect(found.find((one) => one.path === path)?.message).toContain(words);
});
