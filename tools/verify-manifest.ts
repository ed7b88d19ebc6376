// Checks the manifest of a de-identified study: npm run -s verify-manifest -- FILE [--folder DIR] [--key PEMFILE]
import { readFileSync, statSync } from "node:fs";
import { parseArgs } from "node:util";
import { type CheckedManifest, checkManifest } from "../plugins/deid-safeharbor/proof/check-manifest.ts";

const USAGE = `usage: npm run -s verify-manifest -- FILE [--folder DIR] [--key PEMFILE] [--previous FILE] [--json]

  FILE        the manifest (manifest.jsonl)
  --folder    folder of the copy: each file is compared with its checksum, and none may be missing or too many
  --key       public key of the site (PEM). Without it the key in the manifest is used, which tells whether
              anything was changed since it was signed, but not who signed it
  --previous  the manifest that this one must follow
  --json      says it as JSON

exit code: 0 everything holds, 1 something does not, 2 a mistake on the command line`;

/** What the user needs to see, and nothing else. */
class Mistake extends Error {}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      folder: { type: "string" },
      key: { type: "string" },
      previous: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Mistake(USAGE);
  expectThere(file, "file");
  if (values.folder !== undefined) expectThere(values.folder, "folder");
  const previousManifest =
    values.previous === undefined ? undefined : await sha256OfManifest(values.previous);
  const checked = await checkManifest(file, {
    ...(values.folder === undefined ? {} : { folder: values.folder }),
    ...(values.key === undefined ? {} : { publicKey: readText(values.key) }),
    ...(previousManifest === undefined ? {} : { previousManifest }),
  });
  process.stdout.write(values.json ? `${JSON.stringify(checked, null, 1)}\n` : told(checked));
  return checked.valid ? 0 : 1;
}

function expectThere(path: string, kind: "file" | "folder"): void {
  const sight = statSync(path, { throwIfNoEntry: false });
  if (!sight) throw new Mistake(`${path} is not there.`);
  if (sight.isDirectory() !== (kind === "folder")) throw new Mistake(`${path} is no ${kind}.`);
}

function readText(path: string): string {
  expectThere(path, "file");
  return readFileSync(path, "utf8");
}

async function sha256OfManifest(path: string): Promise<string> {
  expectThere(path, "file");
  const before = await checkManifest(path);
  if (!before.valid) throw new Mistake(`${path} does not hold itself: check it first.`);
  return before.sha256;
}

function told({ valid, problems, header, files, key, compared }: CheckedManifest): string {
  const lines = problems.map(({ code, text }) => `${code}: ${text}`);
  if (header) {
    const { program, ruleSet, createdAt } = header;
    lines.push(
      `study ${header.studyInstanceUid} of ${header.patientPseudonym}: ${files} files, ${createdAt}`,
    );
    lines.push(`${program.name} ${program.version}, rules: ${ruleSet.name} ${ruleSet.version}`);
    lines.push(header.scope);
  }
  if (key?.from === "given") lines.push(`Signed with the given key ${key.id}.`);
  if (key?.from === "manifest") {
    lines.push(
      `Checked with key ${key.id} of the manifest itself: it tells of changes, not who signed. Give --key.`,
    );
  }
  lines.push(
    compared === undefined ? "No file was compared: give --folder." : `${compared} files were compared.`,
  );
  lines.push(
    valid
      ? "Everything holds."
      : `It does not hold: ${problems.length} problem${problems.length === 1 ? "" : "s"}.`,
  );
  return `${lines.join("\n")}\n`;
}

try {
  process.exitCode = await main();
} catch (error) {
  const { code } = error as { code?: string };
  const known = error instanceof Mistake || code?.startsWith("ERR_PARSE_ARGS") || code === "EACCES";
  if (!known) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
