// What the filters of the list offer: what occurs in the hub, and the groups by name.
import { useQuery } from "@tanstack/react-query";
import { callApi, say } from "@thalamus/sdk/ui";
import { useMay } from "../acts/permission.ts";
import type { GetStudyFiltersAnswer, ListGroupsAnswer } from "../api.gen.ts";
import type { KnownName } from "../list/id-filter.tsx";

/** New machines and products are rare. */
const FRESH_MS = 60_000;

export function useFilterOptions(): GetStudyFiltersAnswer {
  const { data } = useQuery({
    queryKey: ["study-filters"],
    queryFn: ({ signal }) => callApi<GetStudyFiltersAnswer>("/api/study-filters", { signal }),
    staleTime: FRESH_MS,
  });
  return data ?? { sources: [], modalities: [], products: [] };
}

/** Names of groups by their ids; empty for who may not see groups. */
export function useGroupNames(): ReadonlyMap<string, string> {
  const may = useMay();
  const { data } = useQuery({
    queryKey: ["groups", "all", { perPage: 100 }],
    queryFn: ({ signal }) => callApi<ListGroupsAnswer>("/api/groups", { query: { perPage: 100 }, signal }),
    staleTime: FRESH_MS,
    enabled: may("groups.read"),
  });
  return new Map(data?.data.map(({ id, name }) => [id, name]));
}

/** Names that the search field of the list knows: machines, products, modalities and groups. */
export function useKnownNames(): KnownName[] {
  const { sources, products, modalities } = useFilterOptions();
  const groups = useGroupNames();
  const named = (title: string, name: string, words: readonly string[]) =>
    words.map((word) => ({ word, title: `${title} ${word}`, filter: { [name]: word } }));
  return [
    ...named(say("Source"), "source", sources),
    ...named(say("Product"), "product", products),
    ...named(say("Modality"), "modality", modalities),
    ...[...groups].map(([group, word]) => ({
      word,
      title: say("Group %{word}", { word }),
      filter: { group },
    })),
  ];
}
