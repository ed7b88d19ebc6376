// A small real product: waits for its gate, then writes a one-page report and its measurements.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, statSync, watch, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const folder = (name) => process.argv[process.argv.indexOf(`--${name}`) + 1];
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const input = folder("in");
const output = folder("out");
const job = JSON.parse(readFileSync(join(input, "job.json"), "utf8"));

say({ type: "progress", value: 0.1, stage: "waiting", msg: "" });
if (job.params?.gate) await opened(job.params.gate);
say({ type: "progress", value: 0.9, stage: "report", msg: "" });

const images = job.series.reduce((sum, series) => sum + series.files, 0);
const stat = { n: images, mean: 0.4, sd: 0.1, median: 0.4, p5: 0.2, p25: 0.3, p75: 0.5, p95: 0.6 };
const metrics = { FA: stat, MD: stat, AD: stat, RD: stat };
const regions = [{ id: "brain", name: "Mask", voxels: images, volumeMl: 1000, metrics }];
writeFileSync(join(output, "report.json"), JSON.stringify({ contract: "hub.product/1", regions }));
writeFileSync(join(output, "report.pdf"), onePage(`${images} images (research use only)`));

const files = [
  file("report", "report.pdf", "application/pdf"),
  file("data", "report.json", "application/json"),
];
const product = { id: "quick-report", version: "1.0.0" };
const now = new Date().toISOString();
const result = {
  contract: "hub.product/1",
  product,
  jobId: job.jobId,
  started: now,
  finished: now,
  status: "done",
  qc: "pass",
  indexes: [{ name: "images", value: images, unit: "1" }],
  files,
};
writeFileSync(join(output, ".result.json.tmp"), JSON.stringify(result));
renameSync(join(output, ".result.json.tmp"), join(output, "result.json"));
say({ type: "progress", value: 1, stage: "done", msg: "" });
say({ type: "result", status: "done" });

function file(name, path, mediaType) {
  const bytes = readFileSync(join(output, path));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { name, path, mediaType, bytes: statSync(join(output, path)).size, sha256 };
}

function opened(gate) {
  return new Promise((resolve) => {
    const watcher = watch(dirname(gate), () => look());
    const look = () => {
      if (!existsSync(gate)) return;
      watcher.close();
      resolve();
    };
    look();
  });
}

/** A PDF of one page with one line of text. */
function onePage(text) {
  const content = `BT /F1 18 Tf 72 760 Td (${text}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let body = "%PDF-1.4\n";
  const offsets = [];
  for (const [index, object] of objects.entries()) {
    offsets.push(body.length);
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const start = body.length;
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  return `${body}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
}
