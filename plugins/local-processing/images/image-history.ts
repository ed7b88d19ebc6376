// Earlier forms of a product.json beside it: product.json.1 is the one before, product.json.2 the one before that.
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ProductDescription, parseDescription } from "../product-description.ts";

/** More than a site may keep. */
const MOST = 20;

const current = (folder: string): string => join(folder, "product.json");
const earlier = (folder: string, number: number): string => join(folder, `product.json.${number}`);

/** The latest first; one that cannot be read ends the list. */
export async function earlierImages(folder: string): Promise<readonly ProductDescription[]> {
  const found: ProductDescription[] = [];
  for (let number = 1; number <= MOST; number += 1) {
    const text = await readFile(earlier(folder, number), "utf8").catch(() => undefined);
    if (text === undefined) break;
    try {
      found.push(parseDescription(text));
    } catch {
      break;
    }
  }
  return found;
}

/**
 * Puts another product.json in place with one rename, so that every order finds the old one or the new one, whole. The
 * old one becomes the first of the earlier ones.
 * @param text the new product.json
 * @param keep how many earlier ones stay
 * @returns images of those that do not stay
 */
export async function replaceDescription(folder: string, text: string, keep: number): Promise<string[]> {
  const fresh = `${current(folder)}.new`;
  await writeFile(fresh, text, { flush: true });
  const before = await readFile(current(folder), "utf8");
  // an update that died after this and before the last rename left it there already
  if ((await readFile(earlier(folder, 1), "utf8").catch(() => "")) !== before) await shiftUp(folder, before);
  await rename(fresh, current(folder));
  const all = await earlierImages(folder);
  const gone = all.slice(keep);
  for (const index of gone.keys()) await rm(earlier(folder, keep + index + 1), { force: true });
  const needed = new Set([...all.slice(0, keep), parseDescription(text)].map(({ image }) => image));
  return gone.flatMap(({ image }) => (image && !needed.has(image) ? [image] : []));
}

/** The earlier one becomes the present one again, with one rename. @returns false when there is none */
export async function restoreDescription(folder: string): Promise<boolean> {
  const [last] = await earlierImages(folder);
  if (!last) return false;
  await rename(earlier(folder, 1), current(folder));
  for (let number = 2; number <= MOST; number += 1) {
    const moved = await rename(earlier(folder, number), earlier(folder, number - 1)).then(
      () => true,
      () => false,
    );
    if (!moved) break;
  }
  return true;
}

async function shiftUp(folder: string, text: string): Promise<void> {
  const count = (await earlierImages(folder)).length;
  for (let number = Math.min(count, MOST - 1); number >= 1; number -= 1) {
    await rename(earlier(folder, number), earlier(folder, number + 1));
  }
  const fresh = `${earlier(folder, 1)}.new`;
  await writeFile(fresh, text, { flush: true });
  await rename(fresh, earlier(folder, 1));
}
