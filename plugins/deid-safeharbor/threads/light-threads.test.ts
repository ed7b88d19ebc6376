// Threads begin with each study that no idle one waits for: what they load must not be more than they need.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const LOADED = `
  import { registerHooks } from "node:module";
  const urls = [];
  registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
  for (const file of process.argv.slice(1)) await import(file);
  console.log(JSON.stringify(urls));
`;
/** What the threads' own files import. */
const FILES = [
  "../deidentify-study.ts",
  "../open-study-parts.ts",
  "../nifti/deidentify-nifti.ts",
  "../nifti-proof/nifti-proof.ts",
  "../proof/study-prover.ts",
  "./threaded-prover.ts",
];

it("load neither the declaration of settings nor streams, which take three times as long as all the rest", async () => {
  const files = FILES.map((file) => new URL(file, import.meta.url).href);
  const words = ["--input-type=module", "--eval", LOADED, ...files];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const urls = JSON.parse(stdout) as string[];
  expect(urls.length).toBeGreaterThan(50);
  expect(urls.filter((url) => /\/node_modules\/(typebox|rxjs|ajv|dcmjs-codecs)\//.test(url))).toEqual([]);
});
