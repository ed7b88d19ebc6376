// Pages of the console that plugins contribute: which there are, what they show, and the scripts that draw some of them.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ConsolePage, PageContent, PageSubject } from "@thalamus/sdk";
import { isPermission, type Permission } from "../access/permissions.ts";
import { pageContentProblem } from "./page-content.ts";
import type { LoadedPlugin, PluginRegistry } from "./plugin-registry.ts";
import { openScope, type Service } from "./plugin-scope.ts";

export interface ConsolePagesParts {
  readonly registry: PluginRegistry;
  readonly services: readonly Service[];
}

export interface PageSight {
  /** Name of the plugin entry. */
  readonly entry: string;
  readonly id: string;
  readonly title: string;
  readonly place: "page" | "study";
  /** By language and English. */
  readonly texts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Subresource integrity of its script; undefined for a page that is drawn from data. */
  readonly integrity: string | undefined;
  /** Why it cannot be shown. */
  readonly problem: string | undefined;
}

/** What a plugin says is no page. */
export class PageProblem extends Error {
  override readonly name = "PageProblem";
}

interface Script {
  readonly text: string;
  readonly integrity: string;
}

/** A person waits for it. */
const LONGEST_MS = 10_000;
const LARGEST_SCRIPT = 1_000_000;
const ID = /^[a-z][a-z0-9-]{0,62}$/;

export class ConsolePages {
  readonly #parts: ConsolePagesParts;
  /** As the code of the plugin, a script is what it was at the first time for as long as the hub runs. */
  readonly #scripts = new WeakMap<object, Script>();

  constructor(parts: ConsolePagesParts) {
    this.#parts = parts;
  }

  /** Those that somebody with these permissions may open. */
  list(permissions: ReadonlySet<Permission>): PageSight[] {
    const { registry } = this.#parts;
    return registry.names().flatMap((entry) =>
      this.#pagesOf(registry.get(entry))
        .filter(({ needs }) => isPermission(needs) && permissions.has(needs))
        .map((page) => this.#sight(entry, page)),
    );
  }

  /** The permission that a page needs; undefined when there is no such page. */
  needs(entry: string, id: string): Permission | undefined {
    const needed = this.#page(entry, id)?.needs;
    return needed !== undefined && isPermission(needed) ? needed : undefined;
  }

  /** @throws PageProblem with words for people; what else the plugin throws is its bug */
  async content(entry: string, id: string, subject: PageSubject): Promise<PageContent> {
    const page = this.#page(entry, id);
    const loaded = this.#parts.registry.get(entry);
    if (!page?.content || !loaded) throw new PageProblem("This page shows nothing from the hub.");
    const scope = openScope(entry, loaded.plugin.needs, loaded.settings, this.#parts.services) as never;
    const signal = AbortSignal.timeout(LONGEST_MS);
    const late = new Promise<never>((_, reject) => {
      const words = `The plugin did not say within ${LONGEST_MS / 1000} seconds what the page shows.`;
      signal.addEventListener("abort", () => reject(new PageProblem(words)));
    });
    const content = await Promise.race([page.content(scope, signal, subject), late]);
    const problem = pageContentProblem(content);
    if (problem !== undefined) throw new PageProblem(`The plugin describes no page: ${problem}.`);
    return content;
  }

  /** @throws PageProblem */
  script(entry: string, id: string): string | undefined {
    const page = this.#page(entry, id);
    return page?.script === undefined ? undefined : this.#scriptOf(page).text;
  }

  #page(entry: string, id: string): ConsolePage | undefined {
    return this.#pagesOf(this.#parts.registry.get(entry)).find((page) => page.id === id);
  }

  #pagesOf(loaded: LoadedPlugin | undefined): readonly ConsolePage[] {
    return (loaded?.plugin.pages ?? []) as unknown as readonly ConsolePage[];
  }

  #sight(entry: string, page: ConsolePage): PageSight {
    const { id, title, place = "page", texts = {} } = page;
    try {
      if (!ID.test(id)) throw new PageProblem("Its id is not of lower-case letters, digits and hyphens.");
      const integrity = page.script === undefined ? undefined : this.#scriptOf(page).integrity;
      return { entry, id, title, place, texts, integrity, problem: undefined };
    } catch (error) {
      if (!(error instanceof PageProblem)) throw error;
      return { entry, id, title, place, texts, integrity: undefined, problem: error.message };
    }
  }

  #scriptOf(page: ConsolePage): Script {
    const known = this.#scripts.get(page);
    if (known) return known;
    let text: string;
    try {
      text = readFileSync(page.script ?? "", "utf8");
    } catch (error) {
      throw new PageProblem(
        `Its script cannot be read (${(error as NodeJS.ErrnoException).code ?? "unreadable"}).`,
      );
    }
    if (text.length > LARGEST_SCRIPT) throw new PageProblem("Its script is too large.");
    const integrity = `sha384-${createHash("sha384").update(text).digest("base64")}`;
    const script = { text, integrity };
    this.#scripts.set(page, script);
    return script;
  }
}
