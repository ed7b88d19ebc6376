// Tells when lines were added to the log, also by other hubs on the same folder; looks only while somebody wants to know.
import { stat } from "node:fs/promises";
import { distinctUntilChanged, exhaustMap, map, type Observable, share, timer } from "rxjs";

/** Network volumes tell nobody about writes of others, so the file is looked at. */
const LOOK_MS = 300;

export function logGrowth(path: string): Observable<void> {
  return timer(0, LOOK_MS).pipe(
    exhaustMap(() => sightOf(path)),
    distinctUntilChanged(),
    map(() => undefined),
    share(),
  );
}

async function sightOf(path: string): Promise<string> {
  const sight = await stat(path).catch(() => undefined);
  return sight ? `${sight.ino} ${sight.size}` : "";
}
