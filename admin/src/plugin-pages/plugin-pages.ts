// Pages that plugins contribute, as far as who is signed in may open them.
import type { ListPluginPagesAnswer, PluginPageInfo } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";

export function usePluginPages(place: PluginPageInfo["place"]): readonly PluginPageInfo[] {
  const { data } = useReading<ListPluginPagesAnswer>("plugin-pages", "/api/plugin-pages");
  return data?.data.filter((page) => page.place === place) ?? [];
}

export const pluginPagePath = ({ entry, id }: Pick<PluginPageInfo, "entry" | "id">): string =>
  `/plugins/${entry}/${id}`;
