// What a script of a plugin's page finds as the global HubUI: React, parts of the kit, and a way to the hub.

import type * as ReactNamespace from "react";
import type { ComponentType } from "react";
import type { callApi } from "./call-api.ts";

/** What a page of a plugin gets. */
export interface PluginPageProps {
  /** Name of the plugin entry. */
  readonly entry: string;
  /** Id of the page. */
  readonly page: string;
  /** Of a tab of a study. */
  readonly studyId?: string | undefined;
  /** What the plugin says of the page: its `content`. */
  readonly load: () => Promise<unknown>;
}

export interface HubUi {
  /** Grows when something is taken away or changes its meaning. */
  readonly version: 1;
  readonly React: typeof ReactNamespace;
  /** Parts of the kit and of MUI by their names. */
  readonly parts: Readonly<Record<string, ComponentType<never>>>;
  /** Calls the hub's API as who is signed in. */
  readonly call: typeof callApi;
  /** `en`, `de`: of the console now. */
  readonly language: () => string;
  /** A text in that language, from the `texts` of the page; English where there is none. */
  readonly say: (entry: string, text: string) => string;
  /** Called once by the script, as it is loaded. */
  register(page: string, component: ComponentType<PluginPageProps>): void;
}
