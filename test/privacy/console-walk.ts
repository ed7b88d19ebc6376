// What people do in the console about a patient, one after the other, in a browser that is watched.
import { ADMIN_PASSWORD } from "../support/hub-in-test.ts";
import { CONTROL_GROUP, PATIENT, type PlantedSite, USER } from "./planted-site.ts";
import type { WatchedBrowser } from "./watched-browser.ts";

export type Role = "admin" | "user";

const TYPED = `${PATIENT.family} ${PATIENT.given}`;
const SHOWN = `${PATIENT.family}, ${PATIENT.given}`;

export class ConsoleWalk {
  readonly #who: WatchedBrowser;
  readonly #site: PlantedSite;
  readonly #role: Role;

  constructor(who: WatchedBrowser, site: PlantedSite, role: Role) {
    this.#who = who;
    this.#site = site;
    this.#role = role;
  }

  get #page() {
    return this.#who.page;
  }

  async signIn(): Promise<void> {
    const page = this.#page;
    await page.goto("/studies");
    const { name, password } = this.#role === "admin" ? { name: "admin", password: ADMIN_PASSWORD } : USER;
    await page.getByRole("textbox", { name: "Name" }).fill(name);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Studies" }).waitFor();
  }

  async all(folder: string): Promise<void> {
    await this.signIn();
    await this.#list();
    await this.#panel();
    await this.#logs();
    // the others are the same pages for a user, or closed to them
    if (this.#role === "admin") await this.#administration();
    await this.#upload(folder);
    await this.#leaveControl();
    await this.#who.lookAtKept();
  }

  /** Types the name where ids are typed, uncovers, loses the hub meanwhile, finds the patient. */
  async #list(): Promise<void> {
    const page = this.#page;
    await page.keyboard.press("/");
    await page.keyboard.type(TYPED);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await page
      .getByRole("button", { name: /^Reveal patient of study/ })
      .first()
      .click();
    await page.getByText(SHOWN).first().waitFor();
    await page.keyboard.press("h");
    await page.getByRole("button", { name: "Reveal this page" }).click();
    await page.getByText(PATIENT.accession).first().waitFor();
    await page.route("**/api/studies?*", (route) => route.fulfill({ status: 500, body: "{}" }));
    await page.getByRole("button", { name: /Refresh/ }).click();
    await page.getByText("The studies could not be read").waitFor();
    await this.#who.lookAtKept();
    await page.unroute("**/api/studies?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("The studies could not be read").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Find patient" }).click();
    const field = page.getByRole("dialog", { name: "Find patient" }).getByRole("textbox");
    await page.route("**/api/find-patient", (route) => route.abort());
    await field.fill(TYPED);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByRole("status").waitFor();
    await page.unroute("**/api/find-patient");
    await page.keyboard.press("Enter");
    await page.getByText(/^Found for a patient/).waitFor();
    await this.#who.lookAtKept();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByRole("button", { name: "Export", exact: true }).click();
    const save = page.getByRole("dialog").getByRole("button", { name: "Export", exact: true });
    await this.#who.download("studies.csv", () => save.click());
  }

  /** Every tab of a study, with its values uncovered; a reason that names the patient is typed. */
  async #panel(): Promise<void> {
    const page = this.#page;
    await page.goto(`/studies/${this.#site.sent}/summary`);
    await page.getByRole("button", { name: "Reveal all" }).click();
    await page.getByText(SHOWN).first().waitFor();
    const tabs = page.getByRole("dialog").getByRole("tab");
    for (const tab of await tabs.all()) await tab.click();
    await page.waitForLoadState("networkidle");
    await page.goto(`/studies/${this.#site.sent}/qc`);
    const saving = page.getByRole("link", { name: /JSON/ }).or(page.getByRole("button", { name: /JSON/ }));
    await this.#who.download("qc report", () => saving.first().click());
    if (this.#role !== "admin") return;
    await page.getByRole("button", { name: "Bypass", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: /Let the study pass/ });
    await dialog.getByLabel("Reason").fill(`${TYPED} was told, it is fine`);
    await dialog.getByRole("button", { name: "Bypass the check" }).click();
    await dialog.getByText("holds a value that identifies the patient").waitFor();
    await page.keyboard.press("Escape");
  }

  async #results(): Promise<void> {
    const page = this.#page;
    await page.goto(`/results/${this.#site.control}`);
    await page.getByRole("tab", { name: "JSON" }).click();
    await page.getByRole("tab", { name: "PDF" }).click();
    await page.getByRole("tab", { name: "Files" }).click();
    const files = page.getByRole("link", { name: /^Download / });
    await files.first().waitFor();
    for (const file of await files.all()) await this.#who.download("result", () => file.click());
    await page.goto("/results");
    const boxes = page.getByRole("checkbox", { name: /^Choose result/ });
    await boxes.first().waitFor();
    for (const box of await boxes.all()) await box.check();
    const tools = page.getByRole("toolbar", { name: "Acts on chosen results" });
    await tools.getByRole("button", { name: "Download ZIP" }).click();
    const save = page.getByRole("dialog").getByRole("link", { name: "Download" });
    await this.#who.download("results.zip", () => save.click());
  }

  async #logs(): Promise<void> {
    const page = this.#page;
    await page.goto("/logs");
    const text = page.getByRole("textbox", { name: "Text", exact: true });
    await text.fill(TYPED);
    await page.getByText("No match").waitFor();
    await page.keyboard.press("Enter");
    const saved = async (place: string, item: RegExp) => {
      await page.getByRole("button", { name: "Download" }).click();
      await this.#who.download(place, () => page.getByRole("menuitem", { name: item }).click());
    };
    await saved("log of nothing", /as Text/);
    await text.fill("");
    await page.getByRole("listbox", { name: "Lines of the log" }).getByRole("option").first().waitFor();
    await saved("log as text", /as Text/);
    if (this.#role !== "admin") return;
    await saved("log as CSV", /as CSV/);
    await saved("log as JSON", /as JSON/);
    await saved("log as ZIP", /ZIP/);
  }

  async #administration(): Promise<void> {
    const page = this.#page;
    await this.#results();
    await this.#groups();
    const download = (place: string, role: "link" | "button", name: string) =>
      this.#who.download(place, () => page.getByRole(role, { name, exact: true }).click());
    await page.goto("/logs/audit");
    await download("audit as CSV", "link", "Export CSV");
    await download("audit as JSON", "link", "Export JSON");
    await page.goto("/notifications");
    await page.getByText("study.received").or(page.getByText("New dataset received")).first().waitFor();
    await page.goto("/deliveries/receipts");
    await download("receipts", "link", "Export CSV");
    await page.goto("/housekeeping");
    await page.getByRole("heading", { name: "Housekeeping" }).waitFor();
    await page.goto("/system");
    await download("support bundle", "link", "Support bundle");
    await page.goto("/settings");
    await page.getByRole("button", { name: "Export or import" }).click();
    await download("settings", "button", "Download");
  }

  async #groups(): Promise<void> {
    const page = this.#page;
    await page.goto("/groups");
    await page.getByRole("button", { name: "Create group" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Create a group" });
    const name = `${CONTROL_GROUP} ${this.#role}`;
    await dialog.getByRole("textbox", { name: "Name" }).first().fill(name);
    await dialog.getByLabel("quick-report").check();
    await dialog.getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name }).waitFor();
    await page.getByRole("button", { name: "Add studies" }).click();
    await page
      .getByLabel(/^Study [0-9a-f]{8}/)
      .first()
      .check();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    const save = page.getByRole("link", { name: "Download report" });
    await this.#who.download("group report", () => save.click());
  }

  /** A folder that is named after the patient: once refused, once taken in. */
  async #upload(folder: string): Promise<void> {
    const page = this.#page;
    await page.goto("/upload");
    await page.getByLabel("Folder", { exact: true }).setInputFiles(folder, { timeout: 30_000 });
    await page.getByLabel("Study name").fill(`${PATIENT.family.replace("ö", "oe")} 7`);
    await page.getByLabel("Accession").fill(PATIENT.accession);
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    await page
      .getByText(/The upload was taken in/)
      .first()
      .waitFor();
    await this.#who.lookAtKept();
  }

  /** Leaves the control in each place of the browser, as code that forgets itself would leave a patient. */
  async #leaveControl(): Promise<void> {
    const page = this.#page;
    await page.route("**/api/status?*", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), "x-name": CONTROL_GROUP } });
    });
    await page.evaluate(`(async (name) => {
      history.replaceState(history.state, "", "?name=" + name);
      history.replaceState(history.state, "", location.pathname);
      document.title = name;
      localStorage.setItem("control", btoa(name));
      sessionStorage.setItem("control", name);
      document.cookie = "control=" + name;
      console.log("seen: " + name);
      await fetch("/api/status?name=" + name, { headers: { "x-name": name } });
      await (await caches.open("control")).put("/control", new Response(name));
      await new Promise((done) => {
        const asked = indexedDB.open("control");
        asked.onupgradeneeded = () => asked.result.createObjectStore("rows");
        asked.onsuccess = () => {
          const act = asked.result.transaction("rows", "readwrite");
          act.objectStore("rows").put({ name }, 1);
          act.oncomplete = () => done(asked.result.close());
        };
      });
    })("${CONTROL_GROUP}")`);
    await page.unroute("**/api/status?*");
  }
}
