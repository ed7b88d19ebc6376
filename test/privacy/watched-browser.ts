// A browser with a profile on the disk that writes down all it sends, keeps, shows outside of the page, and saves.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page, type Request } from "playwright-core";
import { launchOptions } from "../console/console-browser.ts";
import { unzipped } from "../support/archives.ts";
import type { Evidence } from "./planted-patient.ts";

/** What is there for a moment only is seen when it is written. */
const WITNESS = `(() => {
  const tell = (place, ...texts) => void window.witness(place, texts.map((one) => String(one)).join(" "));
  const watch = (owner, name, place) => {
    const own = owner[name];
    owner[name] = function (...given) { tell(place, ...given.map((one) => typeof one === "object" ? JSON.stringify(one) : one)); return own.apply(this, given); };
  };
  watch(History.prototype, "pushState", "history");
  watch(History.prototype, "replaceState", "history");
  watch(Storage.prototype, "setItem", "storage");
  watch(IDBObjectStore.prototype, "put", "indexed db");
  watch(IDBObjectStore.prototype, "add", "indexed db");
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  Object.defineProperty(Document.prototype, "cookie", { ...cookie, set(text) { tell("cookie", text); cookie.set.call(this, text); } });
  let title = "";
  new MutationObserver(() => {
    if (document.title !== title) tell("title", title = document.title);
  }).observe(document, { subtree: true, childList: true, characterData: true });
  addEventListener("hashchange", () => tell("address", location.href));
})()`;

const KEPT = `(async () => {
  const stores = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); });
    for (const store of database.objectStoreNames) {
      const rows = await new Promise((done) => { const asked = database.transaction(store).objectStore(store).getAll(); asked.onsuccess = () => done(asked.result); });
      stores.push([name, store, rows.map((row) => JSON.stringify(row, (_, one) => one instanceof File ? one.name : one))]);
    }
    database.close();
  }
  const caches_ = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const asked of await cache.keys()) caches_.push([name, asked.url, await (await cache.match(asked)).text()]);
  }
  return {
    address: location.href + " " + JSON.stringify(history.state),
    title: document.title,
    "local storage": JSON.stringify({ ...localStorage }),
    "session storage": JSON.stringify({ ...sessionStorage }),
    "indexed db": JSON.stringify(stores),
    "cache storage": JSON.stringify(caches_),
  };
})()`;

export class WatchedBrowser {
  readonly page: Page;
  readonly evidence: Evidence[] = [];
  readonly #context: BrowserContext;
  readonly #folder: string;
  readonly #reading: Promise<unknown>[] = [];

  private constructor(context: BrowserContext, page: Page, folder: string) {
    this.#context = context;
    this.page = page;
    this.#folder = folder;
    context.on("request", (request) => this.#reading.push(this.#request(request)));
    context.on("console", (message) => this.#see("console", message.text()));
    context.on("weberror", (error) => this.#see("console", String(error.error().stack)));
    page.on("framenavigated", (frame) => this.#see("address", frame.url()));
  }

  static async open(baseURL: string): Promise<WatchedBrowser> {
    const folder = mkdtempSync(join(tmpdir(), "thalamus-watched-"));
    mkdirSync(join(folder, "profile"));
    const context = await chromium.launchPersistentContext(join(folder, "profile"), {
      ...launchOptions(),
      ...{ baseURL, viewport: { width: 1280, height: 800 } },
    });
    context.setDefaultTimeout(30_000);
    const [first] = context.pages();
    const watched = new WatchedBrowser(context, first ?? (await context.newPage()), folder);
    await context.exposeBinding("witness", (_, place: string, text: string) => watched.#see(place, text));
    await context.addInitScript(WITNESS);
    return watched;
  }

  #see(place: string, content: string | Buffer): void {
    this.evidence.push({ place, content });
  }

  /** Bodies are what is asked for; where it is asked, and what stands beside it, has nothing of a patient. */
  async #request(request: Request): Promise<void> {
    this.#see("address", request.url());
    this.#see("request header", JSON.stringify(await request.allHeaders().catch(() => ({}))));
    const response = await request.response().catch(() => null);
    if (response) this.#see("response header", JSON.stringify(await response.allHeaders().catch(() => ({}))));
  }

  /** Does what begins a download. @param place what it is called in the evidence; its name counts as its content does */
  async download(place: string, begin: () => Promise<unknown>): Promise<void> {
    const coming = this.page.waitForEvent("download");
    await begin();
    const file = await coming;
    const content = readFileSync((await file.path())!);
    this.#see(`export ${place}`, `${file.suggestedFilename()} ${file.url()}`);
    this.#see(`export ${place}`, content);
    const isZip = content.subarray(0, 2).toString("latin1") === "PK";
    for (const [name, packed] of isZip ? await unzipped(content) : []) {
      this.#see(`export ${place}`, `${name} `);
      this.#see(`export ${place}`, packed);
    }
  }

  /** What the page and its browser keep at this moment. */
  async lookAtKept(): Promise<void> {
    const kept = await this.page.evaluate<Record<string, string>>(KEPT);
    for (const [place, text] of Object.entries(kept)) this.#see(place, text);
    this.#see("cookie", JSON.stringify(await this.#context.cookies()));
  }

  /** Ends the browser and reads what it left on the disk: caches, history, words for forms. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#reading);
    await this.#context.close();
    const profile = join(this.#folder, "profile");
    for (const entry of readdirSync(profile, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      this.#see("profile on the disk", `${path} `);
      this.#see("profile on the disk", readFileSync(path));
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
