// min CPU per file by batches: judge, pass, proof
import { readdirSync, mkdirSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
const R = process.argv[2]!; const mode = process.argv[3] ?? "all";
const P = R + "/plugins/deid-safeharbor/";
const { DeidBench } = await import(P + "testing/deid-bench.ts");
const jf = await import(P + "pixels/judge-file.ts");
const df = await import(P + "elements/deidentify-file.ts");
const sr = await import(P + "elements/source-reader.ts");
const { openProver } = await import(P + "proof/study-prover.ts");
const bench = new DeidBench();
const ctx = bench.context({ flush: false }, { patientName: "Mustermann^Maximilian^^^", patientId: "PID-00471-1", patientBirthDate: "19610203" });
const dir = "/tmp/deidp/images", out = "/dev/shm/hout"; rmSync(out,{recursive:true,force:true}); mkdirSync(out);
const files = readdirSync(dir).map(f => join(dir, f)).sort();
const prover = openProver({ pseudonym: { patientName: ctx.pseudonym, patientId: ctx.pseudonym }, dates: "shift", written: [], known: [{kind:"name",value:"Mustermann^Maximilian^^^"},{kind:"id",value:"PID-00471-1"}] });
const sig = new AbortController().signal;
const B = 50; const best: Record<string, number> = {}; const all: Record<string, number[]> = {};
const cpu = () => { const c = process.cpuUsage(); return c.user + c.system; };
const note = (k: string, us: number) => { (all[k] ??= []).push(us / B); };
async function timed(k: string, fn: () => Promise<void>) { const a = cpu(); await fn(); note(k, cpu() - a); }
let found: any[] = [];
for (let i = 0; i + B <= files.length; i += B) {
  const part = files.slice(i, i + B);
  if (jf.judgeSource) {
    await timed("judge", async () => { for (const f of part) { const r = new sr.SourceReader(f); await jf.judgeSource(r, [], []); r.close(); } });
  } else await timed("judge", async () => { for (const f of part) await jf.judgeFile(f, [], []); });
  await timed("pass", async () => { for (const [n, f] of part.entries()) await df.deidentifyFile(f, join(out, `${i + n}.dcm`), ctx, sig); });

  for (const [n] of part.entries()) unlinkSync(join(out, `${i + n}.dcm`));
}
for (const [k, v] of Object.entries(all)) { const s = v.slice(4).sort((a, b) => a - b); console.log(k.padEnd(6), "min", s[0]!.toFixed(0), "p25", s[s.length >> 2]!.toFixed(0), "median", s[s.length >> 1]!.toFixed(0), "us CPU/file"); }
if (found.length) console.log("FOUND", found.slice(0, 3));
bench.close();
