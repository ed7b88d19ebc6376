// A program for tests: copies a file and says by how much its memory grew; arguments: a file to warm up, source, target.
import { deidentifyFile } from "../elements/deidentify-file.ts";
import { DeidBench } from "./deid-bench.ts";

const EVERY_MS = 5;
const [warm = "", source = "", target = ""] = process.argv.slice(2);
const bench = new DeidBench();
await bench.copy(warm);
const before = process.memoryUsage.rss();
let most = before;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, EVERY_MS);
const context = bench.context({ flush: false });
const report = await deidentifyFile(source, target, context, new AbortController().signal);
clearInterval(watch);
bench.close();
process.stdout.write(JSON.stringify({ grown: (most - before) / 1024 ** 2, report }));
