// The filters of the list of studies, and chips of those that are in force while the bar is closed.
import { Box, Button, Chip } from "@mui/material";
import { say, shortId } from "@thalamus/sdk/ui";
import { useListContext } from "react-admin";
import { ChoiceField } from "../list/choice-field.tsx";
import { DayField } from "../list/day-field.tsx";
import { dayOf, dayStart } from "../list/day-range.ts";
import { FILTER_BAR_LOOK, withFilter } from "../list/filter-look.ts";
import { useFilterOptions, useGroupNames } from "./filter-options.ts";
import { qcChoices, type StudyFilter, statusChoices } from "./study-filter.ts";

export const FILTER_BAR = "study-filters";

export function FilterBar() {
  const { filterValues, setFilters } = useListContext();
  const filter = filterValues as StudyFilter;
  const { sources, modalities, products } = useFilterOptions();
  const groups = useGroupNames();
  const set = (name: keyof StudyFilter) => (value: string | undefined) =>
    setFilters(withFilter(filter, name, value));
  const named = (names: readonly string[], chosen: string | undefined) =>
    // what is filtered by may have been deleted meanwhile
    [...new Set(chosen === undefined ? names : [...names, chosen])].map((name) => ({ name, word: name }));
  const isOne = statusChoices().some(({ name }) => name === filter.status);
  return (
    <Box id={FILTER_BAR} role="search" aria-label={say("Filters of the studies")} sx={FILTER_BAR_LOOK}>
      <ChoiceField
        label={say("Status")}
        id="filter-status"
        value={isOne ? filter.status! : ""}
        choices={statusChoices()}
        onChoose={set("status")}
      />
      <ChoiceField
        label={say("QC")}
        id="filter-qc"
        value={filter.qc ?? ""}
        choices={qcChoices()}
        onChoose={set("qc")}
      />
      <ChoiceField
        label={say("Product")}
        id="filter-product"
        value={filter.product ?? ""}
        choices={named(products, filter.product)}
        onChoose={set("product")}
      />
      <ChoiceField
        label={say("Group")}
        id="filter-group"
        value={filter.group ?? ""}
        choices={[
          { name: "none", word: say("In no group") },
          ...[...groups].map(([name, word]) => ({ name, word })),
        ]}
        onChoose={set("group")}
      />
      <ChoiceField
        label={say("Source")}
        id="filter-source"
        value={filter.source ?? ""}
        choices={named(sources, filter.source)}
        onChoose={set("source")}
      />
      <ChoiceField
        label={say("Modality")}
        id="filter-modality"
        value={filter.modality ?? ""}
        choices={named(modalities, filter.modality)}
        onChoose={set("modality")}
      />
      <DayField
        label={say("Received from")}
        value={dayOf(filter.from, 0)}
        onDay={(day) => set("from")(dayStart(day, 0))}
      />
      <DayField
        label={say("Until")}
        value={dayOf(filter.until, 1)}
        onDay={(day) => set("until")(dayStart(day, 1))}
      />
    </Box>
  );
}

/** Filters in force that no tab and no field on the page shows, and the way out of all of them. */
export function FilterChips({ isOpen }: { readonly isOpen: boolean }) {
  const { filterValues, setFilters } = useListContext();
  const filter = filterValues as StudyFilter;
  const groups = useGroupNames();
  const { ids, q, group, qc, product, source, modality, from, until } = filter;
  const found = ids === undefined ? undefined : ids.split(",").filter((id) => id !== "").length;
  const words: readonly (readonly [keyof StudyFilter, string | undefined])[] = [
    ["ids", found === undefined ? undefined : say("Found for a patient: %{found}", { found })],
    ...(isOpen
      ? []
      : ([
          [
            "qc",
            qc && say("QC: %{value}", { value: qcChoices().find(({ name }) => name === qc)?.word ?? qc }),
          ],
          ["product", product && say("Product: %{product}", { product })],
          [
            "group",
            group &&
              (group === "none"
                ? say("In no group")
                : say("Group: %{value}", { value: groups.get(group) ?? shortId(group) })),
          ],
          ["source", source && say("Source: %{source}", { source })],
          ["modality", modality && say("Modality: %{modality}", { modality })],
          ["from", from && say("From %{day}", { day: dayOf(from, 0) })],
          ["until", until && say("Until %{day}", { day: dayOf(until, 1) })],
        ] as const)),
  ];
  const shown = words.filter(([, word]) => word !== undefined);
  const { q: _, status: __, ...inForce } = filter;
  if (Object.keys(inForce).length === 0) return null;
  return (
    <Box role="group" aria-label={say("Filters in force")} sx={{ ...FILTER_BAR_LOOK, py: 1, gap: 1 }}>
      {shown.map(([name, word]) => (
        <Chip
          key={name}
          size="small"
          label={word}
          onDelete={() => setFilters(withFilter(filter, name, undefined))}
        />
      ))}
      <Button size="small" onClick={() => setFilters(q === undefined ? {} : { q })}>
        {say("Clear filters")}
      </Button>
    </Box>
  );
}
