// What all kinds of plugins declare alike.
import type { Observable } from "rxjs";
import type { PageContent, PageSubject } from "../console-page.ts";
import type { MetricDeclaration } from "../services/metrics.ts";
import type { SettingsSchema, Static } from "../settings.ts";
import type { Settled, StepBase, StudyFormat } from "../step.ts";
import type { Token } from "../tokens.ts";

/** The services a plugin asks for, by the name it wants to call them. */
export type Needs = Readonly<Record<string, Token<unknown>>>;

type Service<T> = T extends Token<infer S> ? S : never;

/** What a plugin's functions get: its checked settings and just the services it listed. */
export type Scope<S extends SettingsSchema, N extends Needs> = {
  readonly [K in keyof N]: Service<N[K]>;
} & { readonly settings: Static<S> };

export interface Declaration<S extends SettingsSchema, N extends Needs> {
  /** Folder and package name: `deliver-sr`. */
  readonly name: string;
  readonly title: string;
  /** One sentence for lists. */
  readonly summary: string;
  readonly settings: S;
  readonly needs: N;
  /** The studies it can work on; left out, DICOM only. The hub gives it no step of another study. */
  readonly formats?: readonly StudyFormat[];
  /**
   * What the schema cannot say of settings, for example that a template can be read. Asked when the hub starts and
   * before settings are saved; connects to nothing.
   */
  readonly settingsProblems?: (scope: Scope<S, N>) => readonly SettingsProblem[];
  /** Buttons of its settings form, beside the test that some kinds have. */
  readonly actions?: readonly SettingsAction<S, N>[];
  /** Pages of the console that it contributes. */
  readonly pages?: readonly ConsolePage<S, N>[];
  /** What it counts with the service of `MetricsToken`; their names begin with `thalamus_` and its own name. */
  readonly metrics?: readonly MetricDeclaration[];
}

export interface SettingsProblem {
  /** The setting, with dots between: `auth.user`. */
  readonly path: string;
  /** What is wrong and what would be right; shows no secret. */
  readonly message: string;
}

/** A page of the console, or a tab of every study: drawn from data, or by a script of the plugin. */
export interface ConsolePage<S extends SettingsSchema = SettingsSchema, N extends Needs = Needs> {
  /** Part of its address: `worklist` */
  readonly id: string;
  readonly title: string;
  /** `page`: in the navigation; `study`: a tab of every study. */
  readonly place?: "page" | "study";
  /** Permission that who opens it needs: `studies.read` */
  readonly needs: string;
  /** What it shows, as data; has 10 seconds. Also what a script of the page may ask for. */
  content?(scope: Scope<S, N>, signal: AbortSignal, subject: PageSubject): Promise<PageContent>;
  /**
   * File with a script that draws it, in place of `content`: one that calls `HubUI.register`, with nothing imported.
   * `fileURLToPath(new URL("worklist-page.js", import.meta.url))`
   */
  readonly script?: string;
  /**
   * Its title and the texts of its content in other languages of the console, by the English:
   * `{ de: { Worklist: "Arbeitsliste" } }`
   */
  readonly texts?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A button of a settings form. It works on what stands in the form, saved or not. */
export interface SettingsAction<S extends SettingsSchema = SettingsSchema, N extends Needs = Needs> {
  /** `fetch-metadata` */
  readonly id: string;
  readonly label: string;
  /** What a person is asked before it is done; left out, it is done at once. */
  readonly confirm?: string;
  /**
   * Where its button stands: `tls.caFile` beside that setting, `allowedCallers[]` in each entry of that list; left out,
   * below all settings.
   */
  readonly at?: string;
  /**
   * Has 30 seconds, then the signal aborts.
   * @param item the setting or the entry that the button stands at: `allowedCallers.0`
   */
  run(scope: Scope<S, N>, signal: AbortSignal, item?: string): Promise<ActionReport>;
}

/** What a button says. No value of a patient and no secret. */
export interface ActionReport {
  readonly ok: boolean;
  /** One sentence with what was tried and what the other side said. */
  readonly message: string;
  readonly details?: readonly string[];
  /** Settings that the form takes over, unsaved, for example what a metadata document says. */
  readonly values?: Readonly<Record<string, unknown>>;
}

/** The answer of a "Test" button. */
export interface ProbeReport {
  readonly ok: boolean;
  /** One sentence with what was tried and what the other side said. */
  readonly message: string;
  /** What happened on the way, in order; the first one that is not ok is the last. */
  readonly stages?: readonly ProbeStage[];
}

export interface ProbeStage {
  /** `accepted`: the other side would take what is delivered. */
  readonly stage: "name" | "connect" | "tls" | "sign-in" | "accepted";
  readonly ok: boolean;
  /** One sentence: the address that was found, the certificate's subject, the greeting, what to do. */
  readonly message: string;
}

export type StepWork<Step extends StepBase, S extends SettingsSchema, N extends Needs> = (
  steps$: Observable<Step>,
  scope: Scope<S, N>,
) => Observable<Settled>;

/**
 * What to do with a step that was interrupted after it had begun to act outside:
 * `repeat` when a second time overwrites the first, `ask` when only a person can tell.
 */
export type OnInterrupted = "repeat" | "ask";
