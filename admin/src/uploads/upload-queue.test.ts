// Many uploads: two at once, the others wait; a line that breaks is tried again by itself, and a refusal is told.
import { DetailedError } from "tus-js-client";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { ChosenUpload } from "./chosen-files.ts";

interface FakeUpload {
  readonly options: {
    uploadUrl?: string;
    onProgress(sent: number): void;
    onError(error: Error): void;
    onSuccess(): void;
  };
}

const sent: FakeUpload[] = [];
vi.mock("tus-js-client", async (original) => ({
  ...(await original<typeof import("tus-js-client")>()),
  Upload: class {
    readonly options: FakeUpload["options"];
    constructor(_blob: Blob, options: FakeUpload["options"]) {
      this.options = options;
    }
    start() {
      sent.push(this);
    }
    async abort() {}
  },
}));

/** What the hub answered to a transfer; undefined: nothing came. */
function refusal(status: number | undefined, message = ""): Error {
  const response = { getStatus: () => status, getBody: () => JSON.stringify({ message }) };
  const error = Object.create(DetailedError.prototype) as DetailedError;
  return Object.assign(error, { originalResponse: status === undefined ? undefined : response });
}

class Kept extends Map<string, string> {
  getItem = (key: string) => this.get(key) ?? null;
  setItem = (key: string, value: string) => void this.set(key, value);
  removeItem = (key: string) => void this.delete(key);
}

const NAME = "KANARIENVOGEL";

describe("the queue of uploads", () => {
  const storage = new Kept();
  let announced = 0;
  const chosen = (files: number): ChosenUpload => ({
    ...{ blob: new Blob(["x".repeat(1000)]), words: `${files} files`, files },
    ...{ names: [NAME], fingerprint: `f-${files}` },
  });

  async function open() {
    const { uploadQueue } = await import("./upload-queue.ts");
    const { keptUploads } = await import("./kept-uploads.ts");
    const states = () => uploadQueue.views().map(({ state }) => state);
    return { uploadQueue, keptUploads, states };
  }

  beforeEach(() => {
    vi.useFakeTimers();
    vi.resetModules();
    sent.splice(0);
    announced = 0;
    storage.clear();
    vi.stubGlobal("localStorage", storage);
    vi.stubGlobal("window", new EventTarget());
    vi.stubGlobal("BroadcastChannel", undefined);
    vi.stubGlobal("fetch", async () => {
      announced += 1;
      return Response.json({ id: `upload-${announced}` });
    });
    return () => {
      vi.useRealTimers();
      vi.unstubAllGlobals();
    };
  });

  test("X-047 two are sent at once, and leaving is warned of until the last one is sent", async () => {
    const { uploadQueue, states } = await open();
    for (const files of [1, 2, 3]) await uploadQueue.add(chosen(files), {});
    expect(states()).toEqual(["sending", "sending", "queued"]);
    uploadQueue.pause("upload-1");
    expect(states()).toEqual(["paused", "sending", "sending"]);
    uploadQueue.resume("upload-1");
    expect(states()).toEqual(["queued", "sending", "sending"]);
    sent[1]!.options.onSuccess();
    sent[2]!.options.onSuccess();
    expect(states()).toEqual(["sending", "sent", "sent"]);
    expect(window.onbeforeunload).not.toBeNull();
    sent[3]!.options.onSuccess();
    expect(window.onbeforeunload).toBeNull();
    expect(storage.size).toBe(0);
  });

  test("X-048 a broken line is tried again after 1, 3 and 8 seconds, and where it broke", async () => {
    const { uploadQueue, states } = await open();
    await uploadQueue.add(chosen(1), {});
    expect(sent[0]!.options.uploadUrl).toBeUndefined();
    for (const [tries, seconds] of [1, 3, 8].entries()) {
      sent[tries]!.options.onError(refusal(undefined));
      expect(states()).toEqual(["lost"]);
      expect(uploadQueue.views()[0]!.retryAt - Date.now()).toBe(seconds * 1000);
      vi.advanceTimersByTime(seconds * 1000 - 1);
      expect(sent.length).toBe(tries + 1);
      vi.advanceTimersByTime(1);
      expect(sent[tries + 1]!.options.uploadUrl).toBe("/api/uploads/files/upload-1");
    }
    sent[3]!.options.onError(refusal(503, "The disk is full."));
    expect(uploadQueue.views()[0]).toMatchObject({ state: "lost", problem: "The disk is full." });
    window.dispatchEvent(new Event("online"));
    expect(states()).toEqual(["sending"]);
    sent[4]!.options.onError(refusal(413, "It is too large."));
    expect(uploadQueue.views()[0]).toMatchObject({ state: "refused", problem: "It is too large." });
  });

  test("X-049 what is kept over a reload has numbers and no names, and goes on with the same files", async () => {
    const first = await open();
    await first.uploadQueue.add(chosen(120), {});
    sent[0]!.options.onProgress(421);
    const kept = storage.get("thalamus.unfinished-uploads")!;
    expect(kept).not.toContain(NAME);
    expect(JSON.parse(kept)).toEqual([
      { id: "upload-1", fingerprint: "f-120", files: 120, bytes: 1000, percent: 42 },
    ]);
    expect(first.keptUploads.stopped()).toEqual([]);
    vi.resetModules();
    const later = await open();
    const [stopped] = later.keptUploads.stopped();
    expect(stopped).toMatchObject({ id: "upload-1", percent: 42 });
    later.uploadQueue.goOn(chosen(120), stopped!);
    expect(later.keptUploads.stopped()).toEqual([]);
    expect(sent[1]!.options.uploadUrl).toBe("/api/uploads/files/upload-1");
    expect(later.uploadQueue.views()[0]!.sent).toBe(420);
    // whoever signs out leaves no names behind, and the upload can be chosen again
    later.uploadQueue.leave();
    expect(later.uploadQueue.views()).toEqual([]);
    expect(later.keptUploads.stopped()).toMatchObject([{ id: "upload-1", percent: 42 }]);
  });

  test("what another tab sends is not shown as stopped, until that tab lets go of it", async () => {
    vi.stubGlobal("BroadcastChannel", OpenTab);
    const first = await open();
    await first.uploadQueue.add(chosen(5), {});
    vi.resetModules();
    const second = await open();
    expect(second.keptUploads.stopped()).toEqual([]);
    first.uploadQueue.leave();
    expect(second.keptUploads.stopped()).toMatchObject([{ id: "upload-1", files: 5 }]);
    second.uploadQueue.goOn(chosen(5), second.keptUploads.stopped()[0]!);
    expect(first.keptUploads.stopped()).toEqual([]);
  });
});

/** A channel between tabs of this test, which tells at once. */
class OpenTab {
  static readonly #all = new Set<OpenTab>();
  #listener: ((event: { data: unknown }) => void) | undefined;

  constructor() {
    OpenTab.#all.add(this);
  }

  addEventListener(_type: string, listener: (event: { data: unknown }) => void): void {
    this.#listener = listener;
  }

  postMessage(data: unknown): void {
    for (const tab of OpenTab.#all) if (tab !== this) tab.#listener?.({ data });
  }
}
