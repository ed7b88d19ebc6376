import { readdirSync, mkdirSync, rmSync, writeSync, openSync, closeSync, fstatSync, readSync } from "node:fs";
import { createHash, hash } from "node:crypto";
import { join } from "node:path";
const P = (process.argv[2] ?? "/work/wt/deid") + "/plugins/deid-safeharbor/";
const { DeidBench } = await import(P + "testing/deid-bench.ts");
const df = await import(P + "elements/deidentify-file.ts");
const fm = await import(P + "elements/file-meta.ts");
const { SourceReader } = await import(P + "elements/source-reader.ts");
const { HeaderSurvey } = await import(P + "elements/file-facts.ts");
const { DatasetRewriter } = await import(P + "elements/dataset-rewriter.ts");
const { AddedElements } = await import(P + "elements/added-elements.ts");
const { OutputBytes } = await import(P + "elements/output-bytes.ts");
const { TargetWriter } = await import(P + "elements/target-writer.ts");
const jf = await import(P + "pixels/judge-file.ts");
const T: Record<string, number[]> = {};
const bench = new DeidBench();
const ctx = bench.context({ flush: false }, { patientName: "Mustermann^Maximilian^^^", patientId: "PID-00471-1", patientBirthDate: "19610203" });
const dir = "/tmp/deidp/images", out = "/dev/shm/hout"; rmSync(out,{recursive:true,force:true}); mkdirSync(out);
const files = readdirSync(dir).map(f => join(dir, f)).sort().slice(0,600);
const note = (k: string, s: bigint) => (T[k] ??= []).push(Number(process.hrtime.bigint() - s) / 1000);
const t = <R,>(k: string, fn: () => R): R => { const s = process.hrtime.bigint(); const r = fn(); note(k, s); return r; };
const sig = new AbortController().signal; const o = new OutputBytes();
for (let round = 0; round < 2; round++) for (const [n, f] of files.entries()) {
  const p = join(out, `${n}-${round}.dcm`);
  const r = t("open", () => new SourceReader(f));
  let s = process.hrtime.bigint(); if (jf.judgeSource) await jf.judgeSource(r, [], []); note("judge", s);
  const meta = t("meta", () => fm.readSourceMeta(r.head, true));
  const facts = t("survey", () => new HeaderSurvey(r.head, ctx).survey(meta.dataSetAt, meta.transferSyntax));
  t("rewrite", () => { o.clear(); const m = fm.writeTargetMeta(facts.sopClassUid, ctx.uids.map(facts.sopInstanceUid), meta.transferSyntax); o.copy(m, 0, m.length); new DatasetRewriter(r.head, o, ctx, facts, {}).rewrite(meta.dataSetAt, meta.transferSyntax, new AddedElements(ctx.settings, undefined, false)); });
  t("sha update", () => createHash("sha256").update(r.head).digest("hex"));
  t("sha oneshot", () => hash("sha256", r.head, "hex"));
  t("copy", () => { o.clear(); o.copy(r.head, 0, r.size); });
  t("close", () => r.close());
  s = process.hrtime.bigint(); await df.deidentifyFile(f, p, ctx, sig); note("pass", s);
  const fd = t("w-open", () => openSync(p + "x", "wx")); t("w-write", () => writeSync(fd, o.written)); t("w-close", () => closeSync(fd));
  rmSync(p); rmSync(p + "x");
}
for (const [k, v] of Object.entries(T)) { const s = v.slice(v.length >> 2).sort((a, b) => a - b); console.log(k.padEnd(10), "n", v.length, "min", s[0]!.toFixed(1), "p10", s[s.length / 10 | 0]!.toFixed(1), "median", s[s.length >> 1]!.toFixed(1)); }
rmSync(out,{recursive:true}); bench.close();
