// Whether somebody still wants a run: the folder of its try is there.
import { lstat } from "node:fs/promises";

/** @param folder absolute, as the hub sees it */
export const isWanted = (folder: string): Promise<boolean> =>
  lstat(folder).then(
    () => true,
    // a volume that is away for a moment has not lost its folders
    ({ code }: NodeJS.ErrnoException) => code !== "ENOENT",
  );
