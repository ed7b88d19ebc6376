// Makes result.json of what a product of another contract left in its output folder.
import { glob, lstat, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CONTRACT, type ProductDescription } from "../product-description.ts";
import { checksum } from "../result-files.ts";

/** Files beyond this are not listed, and a required one among them is missed: nobody declares so many. */
const MOST_FILES = 1000;

/**
 * Lists the files that fit the outputs of product.json, with their size and hash; the rest stays where it is. What a
 * module writes under the name result.json is in the words of its own contract and is replaced.
 */
export async function collectResult(
  out: string,
  product: ProductDescription,
  jobId: string,
  started: Date,
): Promise<void> {
  const files: object[] = [];
  for (const { name, path: pattern, mediaType } of product.outputs) {
    for await (const path of glob(pattern, { cwd: out })) {
      const file = join(out, path);
      const sight = await lstat(file);
      if (!sight.isFile() || files.length >= MOST_FILES) continue;
      files.push({ name, path, mediaType, bytes: sight.size, sha256: await checksum(file) });
    }
  }
  const result = {
    contract: CONTRACT,
    product: { id: product.id, version: product.version },
    jobId,
    started: started.toISOString(),
    finished: new Date().toISOString(),
    status: "done",
    files,
  };
  const path = join(out, "result.json");
  // what the product put there may be a link to a file of the hub's
  await rm(path, { recursive: true, force: true });
  await writeFile(path, JSON.stringify(result), { flag: "wx" });
}
