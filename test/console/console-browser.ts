// A browser that looks at the console and keeps what must never happen: errors, violations, foreign requests.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { ADMIN_PASSWORD } from "../support/hub-in-test.ts";

/** The one without windows is a quarter faster. */
const CHROMIUMS = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];
export const CHROMIUM =
  process.env["CHROMIUM"] ?? CHROMIUMS.find((path) => existsSync(path)) ?? "/usr/bin/chromium";
const BUNDLE = resolve(import.meta.dirname, "../../admin/dist/index.html");

/** Nothing here takes longer, even on a busy machine. */
const PATIENCE_MS = 30_000;

/** Root has no sandbox; the others keep Chromium from calling home. */
const FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

export function openBrowser(): Promise<Browser> {
  return chromium.launch(launchOptions());
}

export function launchOptions() {
  if (!existsSync(BUNDLE)) throw new Error("The console is not built. Run: npm run build:admin");
  // without it a browser that was started without a locale cannot open a file whose name is not ASCII
  const env = { ...process.env, LANG: "C.UTF-8" };
  return { executablePath: CHROMIUM, args: FLAGS, env };
}

/** A page of the console with a record of everything it did. */
export class ConsolePage {
  readonly page: Page;
  /** Errors on the page's console, violations of the content security policy among them. */
  readonly errors: string[] = [];
  /** Addresses outside the hub that the page asked for. */
  readonly foreign: string[] = [];
  /** Every request to the API, as `GET /api/studies?page=1`. */
  readonly requests: string[] = [];

  private constructor(page: Page, base: string) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      // the browser calls it an error when the hub refuses nobody, a wrong form, a wrong password or one too many
      if (/status of (400|401|429)/.test(message.text())) return;
      this.errors.push(message.text());
    });
    page.on("pageerror", (error) => this.errors.push(String(error)));
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith("http") && url.origin !== base) this.foreign.push(request.url());
      if (url.pathname.startsWith("/api/"))
        this.requests.push(`${request.method()} ${url.pathname}${url.search}`);
    });
  }

  static async open(
    browser: Browser,
    port: number,
    options: BrowserContextOptions = {},
  ): Promise<ConsolePage> {
    const base = `http://127.0.0.1:${port}`;
    const context = await browser.newContext({
      baseURL: base,
      viewport: { width: 1280, height: 800 },
      // pictures of what moves cost a third of the browser's time; the audit looks at the console with its movements
      reducedMotion: "reduce",
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    return new ConsolePage(await context.newPage(), base);
  }

  async signIn(path = "/"): Promise<void> {
    await this.page.goto(path);
    await this.fillIn("admin", ADMIN_PASSWORD);
    await this.page.getByRole("button", { name: "Sign in" }).waitFor({ state: "detached" });
  }

  async fillIn(name: string, password: string): Promise<void> {
    await this.page.getByRole("textbox", { name: "Name" }).fill(name);
    await this.page.getByLabel("Password").fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  /** Everything a browser keeps or shows outside of the page: address, title, storage. */
  async traces(): Promise<string> {
    if (this.page.isClosed()) return this.requests.join(" ");
    const kept = await this.page.evaluate<string>(
      "JSON.stringify([location.href, document.title, {...localStorage}, {...sessionStorage}, history.state])",
    );
    return `${kept} ${this.requests.join(" ")}`;
  }

  /** The row of a study, or its card on a narrow screen. */
  row(studyId: string) {
    const link = this.page.getByRole("link", { name: studyId.slice(0, 8) });
    return this.page.locator("tr, li").filter({ has: link });
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}
