import { readdirSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
const P = "/work/wt/deid/plugins/deid-safeharbor/";
const { DeidBench } = await import(P + "testing/deid-bench.ts");
const df = await import(P + "elements/deidentify-file.ts");
const { StudyProof } = await import(P + "proof/verify.ts");
const { FileBytes, WINDOW_BYTES } = await import(P + "proof/file-bytes.ts");
const sv = await import(P + "proof/source-values.ts");
const { walkFile } = await import(P + "proof/second-reader.ts");
const { PlaceLevel } = await import(P + "proof/place.ts");
const { KnownValues } = await import(P + "proof/known-values.ts");
const { SourceMemory } = await import(P + "proof/source-memory.ts");
const { CopyChecks } = await import(P + "proof/copy-checks.ts");
const { SurvivingDates } = await import(P + "proof/surviving-dates.ts");
const T: Record<string, number[]> = {};
const bench = new DeidBench();
const ctx = bench.context({ flush: false }, { patientName: "Mustermann^Maximilian^^^", patientId: "PID-00471-1", patientBirthDate: "19610203" });
const dir = "/tmp/deidp/images", out = "/dev/shm/hout"; rmSync(out,{recursive:true,force:true}); mkdirSync(out);
const files = readdirSync(dir).map(f => join(dir, f)).sort().slice(0,600);
for (const [n, f] of files.entries()) { await df.deidentifyFile(f, join(out, `${n}.dcm`), ctx, new AbortController().signal); }
const win = [Buffer.allocUnsafeSlow(WINDOW_BYTES), Buffer.allocUnsafeSlow(WINDOW_BYTES)];
const mem = { places: new PlaceLevel(), known: new KnownValues(), sources: new SourceMemory() };
const t = <R,>(k: string, fn: () => R): R => { const s = process.hrtime.bigint(); const r = fn(); (T[k] ??= []).push(Number(process.hrtime.bigint() - s) / 1000); return r; };
const opt = { pseudonym: { patientName: ctx.pseudonym, patientId: ctx.pseudonym }, dates: "shift" as const, written: [] };
for (let round = 0; round < 2; round++) for (const [n, f] of files.entries()) {
  const a = t("open src", () => new FileBytes(f, win[0])); const b = t("open copy", () => new FileBytes(join(out, `${n}.dcm`), win[1]));
  t("walk src", () => walkFile(a, mem.places, () => {}));
  const facts = t("facts", () => sv.sourceFacts(a, mem));
  t("walk copy", () => walkFile(b, mem.places, () => {}));
  t("checks", () => { const c = new CopyChecks(b, facts, opt); const d = new SurvivingDates(facts, "shift"); walkFile(b, mem.places, (e: any) => { c.see(e); d.see(b, e); }, (tag: number, depth: number) => c.enter(tag, depth)); c.end(""); });
  t("close", () => { a.close(); b.close(); });
}
for (const [k, v] of Object.entries(T)) { const s = v.slice(v.length >> 2).sort((a, b) => a - b); console.log(k.padEnd(10), "n", v.length, "min", s[0]!.toFixed(1), "p10", s[s.length / 10 | 0]!.toFixed(1), "median", s[s.length >> 1]!.toFixed(1)); }
rmSync(out,{recursive:true}); bench.close();
