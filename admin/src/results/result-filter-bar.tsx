// The filters of the list of results.
import { Box } from "@mui/material";
import { phrase, say } from "@thalamus/sdk/ui";
import { useListContext } from "react-admin";
import type { ListResultsQuery } from "../api.gen.ts";
import { ChoiceField } from "../list/choice-field.tsx";
import { DayField } from "../list/day-field.tsx";
import { dayOf, dayStart } from "../list/day-range.ts";
import { FILTER_BAR_LOOK, withFilter } from "../list/filter-look.ts";
import { useFilterOptions } from "../studies/filter-options.ts";

type ResultFilter = Pick<ListResultsQuery, "kind" | "product" | "delivery" | "from" | "until" | "q">;

const KINDS = [
  { name: "diagnostic", word: phrase("Diagnostic") },
  { name: "failure", word: phrase("Failures") },
];

const DELIVERIES = [
  { name: "failed", word: phrase("Not arrived") },
  { name: "open", word: phrase("On their way") },
  { name: "delivered", word: phrase("Arrived") },
  { name: "none", word: phrase("Sent nowhere") },
];

const said = (choices: readonly { readonly name: string; readonly word: string }[]) =>
  choices.map(({ name, word }) => ({ name, word: say(word) }));

export function ResultFilterBar() {
  const { filterValues, setFilters } = useListContext();
  const filter = filterValues as ResultFilter;
  const { products } = useFilterOptions();
  const set = (name: keyof ResultFilter) => (value: string | undefined) =>
    setFilters(withFilter(filter, name, value));
  const known = [...new Set(filter.product === undefined ? products : [...products, filter.product])];
  return (
    <Box role="search" aria-label={say("Filters of the results")} sx={FILTER_BAR_LOOK}>
      <ChoiceField
        label={say("Kind")}
        id="result-kind"
        value={filter.kind ?? ""}
        choices={said(KINDS)}
        onChoose={set("kind")}
      />
      <ChoiceField
        label={say("Product")}
        id="result-product"
        value={filter.product ?? ""}
        choices={known.map((name) => ({ name, word: name }))}
        onChoose={set("product")}
      />
      <ChoiceField
        label={say("Deliveries")}
        id="result-delivery"
        value={filter.delivery ?? ""}
        choices={said(DELIVERIES)}
        onChoose={set("delivery")}
      />
      <DayField
        label={say("Finished from")}
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
