import { readdirSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
const P = "/work/wt/deid/plugins/deid-safeharbor/";
const { DeidBench } = await import(P + "testing/deid-bench.ts");
const df = await import(P + "elements/deidentify-file.ts");
const { StudyProof } = await import(P + "proof/verify.ts");
const { CopySearch } = await import(P + "proof/copy-search.ts");
const { ByteSearch } = await import(P + "proof/byte-search.ts");
const sv = await import(P + "proof/source-values.ts");
const T: Record<string, number[]> = {};
const wrap = (o: any, k: string, name = k) => { const f = o[k]; o[k] = function (...a: any[]) { const t = process.hrtime.bigint(); try { return f.apply(this, a); } finally { (T[name] ??= []).push(Number(process.hrtime.bigint() - t) / 1000); } }; };
wrap(CopySearch.prototype, "seeBytes"); wrap(StudyProof.prototype, "verify");
const os = ByteSearch.prototype.scan; ByteSearch.prototype.scan = function (b: any, f: number, t: number, g: any) { if (t - f < 100000) return os.call(this, b, f, t, g); const s = process.hrtime.bigint(); os.call(this, b, f, t, g); (T["px" + ((this as any).wide ?? "")+ (first = !first)] ??= []).push(Number(process.hrtime.bigint() - s) / 1000); };
let first = true;
const sum: Record<string, number> = {}; const per: Record<string, number[]> = {};
const acc = (o: any, k: string) => { const f = o[k]; o[k] = function (...a: any[]) { const t = process.hrtime.bigint(); try { return f.apply(this, a); } finally { sum[k] = (sum[k] ?? 0) + Number(process.hrtime.bigint() - t) / 1000; } }; };
acc(CopySearch.prototype, "add"); acc(CopySearch.prototype, "remove"); acc(CopySearch.prototype, "seeText");
const bench = new DeidBench();
const ctx = bench.context({ flush: false }, { patientName: "Mustermann^Maximilian^^^", patientId: "PID-00471-1", patientBirthDate: "19610203" });
const dir = "/tmp/deidp/images", out = "/dev/shm/hout"; rmSync(out,{recursive:true,force:true}); mkdirSync(out);
const files = readdirSync(dir).map(f => join(dir, f)).sort().slice(0,800);
const proof = new StudyProof({ pseudonym: { patientName: ctx.pseudonym, patientId: ctx.pseudonym }, dates: "shift", written: [] });
for (const [n, f] of files.entries()) { await df.deidentifyFile(f, join(out, `${n}.dcm`), ctx, new AbortController().signal); }
for (const [n, f] of files.entries()) { for (const k in sum) sum[k] = 0; proof.verify({ source: f, output: join(out, `${n}.dcm`) }); for (const k in sum) (per[k] ??= []).push(sum[k]!); }
for (const o of [T, per]) for (const [k, v] of Object.entries(o)) { const s = v.slice(v.length >> 2).sort((a, b) => a - b); console.log(k.padEnd(10), "n", v.length, "min", s[0]!.toFixed(1), "p10", s[s.length / 10 | 0]!.toFixed(1), "median", s[s.length >> 1]!.toFixed(1)); }
rmSync(out,{recursive:true}); bench.close();
