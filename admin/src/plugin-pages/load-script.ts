// Loads the script of a plugin's page: only the file that the hub has hashed, and once.
import { say } from "@thalamus/sdk/ui";
import type { PluginPageInfo } from "../api.gen.ts";
import { offerHubUi, type PageComponent, registeredPage } from "./hub-ui.ts";

const loading = new Map<string, Promise<PageComponent>>();

/** @throws Error with words for people */
export function loadPage({ entry, id, script }: PluginPageInfo): Promise<PageComponent> {
  if (!script) return Promise.reject(new Error(say("This page has no script.")));
  const key = `${entry}/${id}/${script.integrity}`;
  const known = loading.get(key);
  if (known) return known;
  offerHubUi();
  const asked = new Promise<PageComponent>((resolve, reject) => {
    const element = document.createElement("script");
    element.src = script.src;
    element.integrity = script.integrity;
    element.crossOrigin = "anonymous";
    element.dataset["entry"] = entry;
    element.onload = () => {
      const component = registeredPage(entry, id);
      if (component) resolve(component);
      else
        reject(
          new Error(
            say("The script of %{entry} does not register the page %{id}.", {
              entry: `"${entry}"`,
              id: `"${id}"`,
            }),
          ),
        );
    };
    element.onerror = () =>
      reject(
        new Error(say("The script could not be loaded, or is not the file that the hub has looked at.")),
      );
    document.head.append(element);
  });
  loading.set(key, asked);
  // another try loads it again
  asked.catch(() => loading.delete(key));
  return asked;
}
