// Pages that plugins contribute, as far as who is signed in may open them.
import { language } from "@thalamus/sdk/ui";
import type { ListPluginPagesAnswer, PluginPageInfo } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";

/** Undefined until they are read; their texts are known then. */
export function useAllPluginPages(): readonly PluginPageInfo[] | undefined {
  const { data } = useReading<ListPluginPagesAnswer>("plugin-pages", "/api/plugin-pages");
  for (const { entry, texts } of data?.data ?? []) language.learn(entry, texts[language.now()]);
  return data?.data;
}

export const usePluginPages = (place: PluginPageInfo["place"]): readonly PluginPageInfo[] =>
  useAllPluginPages()?.filter((page) => page.place === place) ?? [];

export const pluginPagePath = ({ entry, id }: Pick<PluginPageInfo, "entry" | "id">): string =>
  `/plugins/${entry}/${id}`;
