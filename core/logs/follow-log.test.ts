// New lines of the log as they are written: from the end or from a place, over midnight, and after a long absence.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Subject } from "rxjs";
import { describe, expect, test } from "vitest";
import { followLog, type LogNews } from "./follow-log.ts";
import type { LogSearch } from "./log-search.ts";
import { logGrowth } from "./log-watch.ts";
import { LogFolder, numbered } from "./testing/log-folder.ts";

/** Nobody waits for a heartbeat here, unless a test says so. */
const NEVER_MS = 1_000_000;

class Following implements AsyncDisposable {
  readonly #folder: LogFolder;
  readonly #growth$ = new Subject<void>();
  readonly #end = new AbortController();
  readonly news: AsyncGenerator<LogNews>;

  constructor(folder: LogFolder, search: LogSearch = {}, after?: string, everyMs = NEVER_MS) {
    this.#folder = folder;
    const wish = { search, after, growth$: this.#growth$, everyMs, signal: this.#end.signal };
    this.news = followLog(folder.reader(), wish);
  }

  async next(): Promise<LogNews> {
    const { value, done } = await this.news.next();
    if (done) throw new Error("the stream has ended");
    return value;
  }

  async events(): Promise<string[]> {
    return (await this.next()).lines.map(({ event }) => event);
  }

  write(...lines: Parameters<LogFolder["write"]>): void {
    this.#folder.write(...lines);
    this.#growth$.next();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.news.return(undefined);
  }
}

describe("A-274 a stream of the log", () => {
  test("begins at the end, and brings what fits as it is written", async () => {
    await using folder = new LogFolder();
    folder.write(numbered(1, 3));
    await using following = new Following(folder, { level: "warn" });
    expect(await following.next()).toMatchObject({ lines: [], place: expect.any(String) });
    const coming = following.events();
    following.write([...numbered(4, 4), ...numbered(5, 6, { level: "error" })]);
    expect(await coming).toEqual(["line-5.", "line-6."]);
  });

  test("goes on where it was left, over midnight, without a line lost or twice", async () => {
    await using folder = new LogFolder();
    folder.write(numbered(1, 3));
    const before = new Following(folder);
    const { place } = await before.next();
    await before[Symbol.asyncDispose]();
    folder.write(numbered(4, 5));
    folder.turn("2026-11-28");
    folder.write(numbered(6, 7));
    await using after = new Following(folder, {}, place);
    expect((await after.next()).gap).toBeUndefined();
    expect(await after.events()).toEqual(["line-4.", "line-5."]);
    expect(await after.events()).toEqual(["line-6.", "line-7."]);
    const coming = after.events();
    folder.turn("2026-11-29");
    after.write(numbered(8, 8));
    expect(await coming).toEqual(["line-8."]);
  });

  test("says that lines are missing when its place is gone, and begins with a log that is not there yet", async () => {
    await using folder = new LogFolder();
    folder.write(numbered(1, 3));
    const { end } = await folder.reader().page({ order: "newest", limit: 1 });
    rmSync(join(folder.path, "hub.log"));
    await using following = new Following(folder, {}, end!);
    expect(await following.next()).toEqual({ lines: [], place: undefined, gap: true });
    const coming = following.events();
    following.write(numbered(7, 8));
    expect(await coming).toEqual(["line-7.", "line-8."]);
  });

  test("tells that it is alive, and where it stands, while nothing fits", async () => {
    await using folder = new LogFolder();
    folder.write(numbered(1, 1));
    await using following = new Following(folder, { level: "error" }, undefined, 1);
    const begin = await following.next();
    following.write(numbered(2, 3));
    let alive = await following.next();
    while (alive.place === begin.place) alive = await following.next();
    expect(alive).toMatchObject({ lines: [], place: expect.any(String) });
  });
});

test("growth of the file is noticed, also when another process writes", async () => {
  await using folder = new LogFolder();
  const seen = Promise.withResolvers<void>();
  let looks = 0;
  const watching = logGrowth(folder.files.current).subscribe(() => {
    looks += 1;
    if (looks === 1) folder.write(numbered(1, 1));
    else seen.resolve();
  });
  await seen.promise;
  watching.unsubscribe();
});
