// Every page of the console in light and dark, wide and on a phone: what axe says, and whether it scrolls sideways.
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NOTICE_STATES, Notice } from "../../core/database/entities/notice.ts";
import { RECEIPT_OUTCOMES, Receipt } from "../../core/database/entities/receipt.ts";
import { CLOUD_DOOR } from "../support/cloud-site.ts";
import { ADMIN_PASSWORD } from "../support/hub-in-test.ts";
import { DAY } from "../support/of-the-day.ts";
import { plantHead } from "../support/planted-images.ts";
import { wholeLine } from "../support/whole-line.ts";
import { CHROMIUM, ConsolePage } from "./console-browser.ts";
import { ConsoleSite } from "./console-site.ts";
import { leftInEnglish } from "./german-audit.ts";
import { beyondKeyboard, tabThrough } from "./keyboard-audit.ts";
import { atRest, excessWidth, picture, violations } from "./page-audit.ts";
import { plantCloud } from "./planted-cloud.ts";
import { type Planted, plantEverything } from "./planted-line.ts";

const WHY_NOT = existsSync(CHROMIUM) ? "" : ` (skipped: there is no ${CHROMIUM})`;
const DOCS = resolve(import.meta.dirname, "../../docs");
/** Nobody listens there. */
const NOBODY = 1;

const LOOKS = ["light", "dark"] as const;
/**
 * `npm run audit` looks at all four; the suite each day at half of the pages, wide and light or narrow and dark, so that in
 * four days it has seen each of them both ways.
 */
const IN_FULL = process.env["THALAMUS_AUDIT"] === "full";
/** `npm run pictures` takes those of docs/console.md on the way. */
const FOR_DOCS = process.env["THALAMUS_AUDIT"] === "pictures";
const VIEWS = [
  { width: 1280, looks: IN_FULL ? LOOKS : (["light"] as const) },
  ...(FOR_DOCS ? [] : [{ width: 390, looks: IN_FULL ? LOOKS : (["dark"] as const) }]),
];
const TURNS = 4;
/** Of the page's background, when a look has come on. */
const GROUND = { light: "rgb(244, 247, 248)", dark: "rgb(13, 20, 24)" } as const;
/** In full, some hundred times axe looks at a whole page. */
const PATIENCE_MS = 300_000;
/** Until another look has come on, also beside other tests. */
const LOOK_MS = 15_000;

describe.skipIf(WHY_NOT !== "")(`every page of the console${WHY_NOT}`, () => {
  let site: ConsoleSite;
  let planted: Planted;
  let organisation: string;

  beforeAll(async () => {
    const line = wholeLine({ pacsPort: NOBODY });
    const mail = {
      host: "127.0.0.1",
      port: NOBODY,
      security: "none",
      from: "a@example.org",
      to: "b@example.org",
    };
    const desk = { use: "notify", name: "desk", settings: { ...mail, events: ["system.cpu-high"] } };
    site = await ConsoleSite.open({ ...line, plugins: [...(line.plugins ?? []), desk, CLOUD_DOOR] });
    organisation = await plantCloud(site.orm);
    planted = await site.plant((em) => plantEverything(em, site.resultsTree));
    await site.plant((em) => plantHead(em, planted.delivered, join(site.resultsTree, "../received")));
    await site.plant(async (em) => {
      for (const outcome of RECEIPT_OUTCOMES) {
        const ids = { studyId: planted.delivered.id, orderId: randomUUID(), resultId: planted.result };
        const answer = { status: "0x0000", sopInstanceUid: "2.25.225316205333746109615362397022058739878" };
        const facts = { target: "pacs-sr", attempt: 1, outcome, sha256: "ab".repeat(32), answer };
        em.create(Receipt, { ...ids, stepId: randomUUID(), ...facts, code: "deliver-sr.unreachable" });
      }
      for (const state of NOTICE_STATES) {
        const why = { code: "notice.quiet-hours", reason: "It happened in the quiet hours." };
        const facts = { target: "desk", event: "study.qc-failed", study: planted.held, ...why } as const;
        // of what waits the hub takes care
        const dueAt = new Date(Date.now() + 3_600_000);
        em.create(Notice, { id: randomUUID(), ...facts, state, dueAt });
      }
    });
  });
  afterAll(async () => {
    await site?.close();
  });

  const pages = (): Readonly<Record<string, string>> => ({
    studies: "/studies",
    summary: `/studies/${planted.delivered.id}/summary`,
    images: `/studies/${planted.delivered.id}/images`,
    timeline: `/studies/${planted.held.id}/timeline`,
    qc: `/studies/${planted.held.id}/qc`,
    "study-results": `/studies/${planted.delivered.id}/results`,
    "study-deliveries": `/studies/${planted.delivered.id}/deliveries`,
    results: "/results",
    result: `/results/${planted.result}`,
    upload: "/upload",
    deliveries: "/deliveries",
    missing: "/deliveries/missing",
    receipts: "/deliveries/receipts",
    logs: "/logs/all",
    audit: "/logs/audit",
    notifications: "/notifications",
    housekeeping: "/housekeeping",
    system: "/system",
    metrics: "/system/metrics",
    updates: "/system/updates",
    organisations: "/organisations",
    organisation: `/organisations/${organisation}`,
    agents: "/agents",
    access: "/access",
    "settings-sso": "/settings/core.access",
    "settings-https": "/settings/https",
    settings: "/settings/core.route",
    "settings-plugin": "/settings/entry.dicom-scp",
  });

  test("docs/console.md shows each of them", () => {
    const guide = readFileSync(join(DOCS, "console.md"), "utf8");
    const shown = [...guide.matchAll(/\(pictures\/([\w-]+)\.png\)/g)].map(([, name]) => name!);
    expect(shown.toSorted()).toEqual(Object.keys(pages()).toSorted());
    for (const name of shown) expect(existsSync(join(DOCS, "pictures", `${name}.png`)), name).toBe(true);
  });

  test("the look at keys finds what no key comes to, a trap, and a focus that nobody sees", async () => {
    const page = await site.browser.newPage();
    const button = "<button>One</button><button>Two</button><button>Three</button><button>Four</button>";
    await page.setContent(
      `${button}<div role="tablist"><a role="tab" tabindex="0">A</a><a role="tab" tabindex="-1">B</a></div>`,
    );
    expect([...(await beyondKeyboard(page)), ...(await tabThrough(page))]).toEqual([]);
    await page.setContent('<button>One</button><button tabindex="-1">Two</button><i role="button">Three</i>');
    const lost = ['no key comes to button "Two"', 'no key comes to i[button] "Three"'];
    expect(await beyondKeyboard(page)).toEqual(lost);
    await page.setContent(button);
    await page.evaluate("document.querySelector('button').onkeydown = (event) => event.preventDefault()");
    expect(await tabThrough(page)).toEqual(["the focus came to 1 of 4 places"]);
    await page.setContent(`${button}<div style="position:fixed;inset:0;background:white"></div>`);
    expect(await tabThrough(page)).toHaveLength(4);
    await page.close();
  });

  test.each(VIEWS)(
    "$width px, $looks: axe finds nothing, nothing scrolls sideways, and keys come to everything",
    async ({ width, looks }) => {
      const viewport = { width, height: width < 600 ? 844 : 800 };
      const admin = await ConsolePage.open(site.browser, site.port, {
        viewport,
        reducedMotion: "no-preference",
      });
      const { page } = admin;
      const found: string[] = [];
      let turn = DAY + (width < 600 ? TURNS / 2 : 0);
      const isItsTurn = () => {
        turn += 1;
        return IN_FULL || FOR_DOCS || turn % TURNS === 0;
      };
      const judge = async (name: string) => {
        await page.getByText("Live", { exact: true }).waitFor();
        await page.waitForLoadState("networkidle");
        for (const look of looks) {
          await page.emulateMedia({ colorScheme: look });
          const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
          await expect.poll(ground, { timeout: LOOK_MS }).toBe(GROUND[look]);
          if (!FOR_DOCS) await picture(page, `audit-${name}-${look}-${width}`);
          else if (name in pages()) await picture(page, name);
          const place = `${name}, ${look}`;
          found.push(...(await violations(page)).map((line) => `${place}: ${line}`));
          const excess = await excessWidth(page);
          if (excess > 0) found.push(`${place}: ${excess} px too wide`);
        }
        found.push(...(await beyondKeyboard(page)).map((line) => `${name}: ${line}`));
        // Tab would close a menu
        if (IN_FULL && name in pages())
          found.push(...(await tabThrough(page)).map((line) => `${name}: ${line}`));
      };
      await admin.signIn();
      for (const [name, path] of Object.entries(pages())) {
        if (!isItsTurn()) continue;
        await page.goto(path);
        if (name === "summary") await page.getByRole("link", { name: "Look at the images" }).waitFor();
        if (name === "images")
          await page.getByRole("img", { name: "Series 1, MR, Image 11 of 20" }).waitFor();
        await judge(name);
      }
      await page.goto("/studies");
      await page.getByRole("button", { name: "Filters", exact: true }).click();
      await page.getByRole("checkbox", { name: `Choose study ${planted.held.id.slice(0, 8)}` }).check();
      await judge("chosen");
      await page.getByRole("button", { name: "Find patient" }).click();
      await judge("find-patient");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Filters", exact: true }).click();
      await page.goto(`/results/${planted.result}`);
      await page.getByRole("tab", { name: "JSON" }).click();
      await page.getByRole("region", { name: "Values as JSON" }).waitFor();
      await judge("result-json");
      if (isItsTurn()) {
        await page.getByRole("tab", { name: "PDF" }).click();
        await page.getByRole("group", { name: "Page 1 of 3" }).getByText("Diffusion metrics").waitFor();
        await judge("result-pdf");
      }
      await page.goto(`/studies/${planted.delivered.id}/deliveries`);
      await page
        .getByRole("button", { name: /^Actions for study/ })
        // the one of the panel bears a word; those of the list, which comes first, bear only a sign
        .filter({ hasText: "Actions" })
        .click();
      if (isItsTurn()) await judge("acts");
      await page.getByRole("menuitem", { name: "Delete" }).click();
      await page.getByText("What goes:").waitFor();
      if (isItsTurn()) await judge("delete");
      await page.keyboard.press("Escape");
      await page
        .getByRole("button", { name: /^Send again: result/ })
        .first()
        .click();
      await page.getByLabel("All destinations").waitFor();
      if (isItsTurn()) await judge("send-again");
      await page.goto("/deliveries");
      await page.getByRole("button", { name: "Suspend pacs-sr" }).click();
      if (isItsTurn()) await judge("suspend");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Test pacs-sr" }).click();
      await page.getByText("It does not work").waitFor();
      if (isItsTurn()) await judge("probe");
      await page.goto(`/organisations/${organisation}`);
      await page.getByRole("button", { name: "Create key" }).click();
      if (isItsTurn()) await judge("new-key");
      await page.getByRole("textbox", { name: "Name" }).fill("Audit");
      await page.getByRole("button", { name: "Create", exact: true }).click();
      await page.getByText("You won't see it again").waitFor();
      if (isItsTurn()) await judge("secret");
      await page.getByRole("button", { name: "I have copied it" }).click();
      await page.getByRole("button", { name: "Revoke Ward 3" }).click();
      if (isItsTurn()) await judge("revoke");
      expect(found).toEqual([]);
      expect({ errors: admin.errors, foreign: admin.foreign }).toEqual({ errors: [], foreign: [] });
      await admin.close();
    },
    PATIENCE_MS,
  );

  /** What a page says in German when it is there. */
  const inGerman = (): readonly (readonly [string, string, string])[] => [
    ["results", "/results", "Diagnostisch"],
    ["result", `/results/${planted.result}`, "Werte"],
    ["groups", "/groups", "Trial 7"],
    ["upload", "/upload", "Ordner wählen"],
    ["deliveries", "/deliveries", "Pausieren"],
    ["missing", "/deliveries/missing", "Beleg"],
    ["receipts", "/deliveries/receipts", "Nach Vorgabe ausgelassen"],
    ["logs", "/logs/all", "Ansicht leeren"],
    ["audit", "/logs/audit", "Angemeldet"],
    ["notifications", "/notifications", "Unterdrückt"],
    ["housekeeping", "/housekeeping", "Protokolldateien"],
    ["system", "/system", "Rechner und Datenbank"],
    ["metrics", "/system/metrics", "Studien je Stunde"],
    ["updates", "/system/updates", "Dieser Hub"],
    ["organisations", "/organisations", "Mitglieder und Schlüssel"],
    ["organisation", `/organisations/${organisation}`, "Mitglied hinzufügen"],
    ["agents", "/agents", "Umbenennen"],
    ["access", "/access", "Alle außer meinen beenden"],
    ["settings-sso", "/settings/core.access", "Notfallkonto"],
    ["settings-https", "/settings/https", "Dieser Hub spricht HTTP"],
    ["settings", "/settings/core.route", "Übliche Produkte"],
    ["settings-plugin", "/settings/entry.dicom-scp", "Erlaubte Absender"],
  ];

  test.skipIf(FOR_DOCS)("in German nothing is left in English, and nothing scrolls sideways", async () => {
    const { page, ...german } = await ConsolePage.open(site.browser, site.port, { locale: "de-DE" });
    const found: string[] = [];
    await page.goto("/studies");
    await page.getByRole("textbox", { name: "Name" }).fill("admin");
    await page.getByLabel("Passwort").fill(ADMIN_PASSWORD);
    await page.getByRole("button", { name: "Anmelden" }).click();
    await page.getByRole("heading", { name: "Studien" }).waitFor();
    for (const [name, path, words] of inGerman()) {
      // as a link does, without loading the console anew
      await page.evaluate(
        `history.pushState(null, "", "${path}"); dispatchEvent(new PopStateEvent("popstate"))`,
      );
      await page.getByRole("main").getByText(words).filter({ visible: true }).first().waitFor();
      found.push(...(await leftInEnglish(page)).map((text) => `${name}: ${text}`));
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 800 });
        await atRest(page);
        const excess = await excessWidth(page);
        if (excess > 0) found.push(`${name}: ${excess} px wider than ${width}`);
        await picture(page, `german-${name}-${width}`);
      }
      await page.setViewportSize({ width: 1280, height: 800 });
    }
    expect(found).toEqual([]);
    expect({ errors: german.errors, foreign: german.foreign }).toEqual({ errors: [], foreign: [] });
    await page.context().close();
  });
});
