// The filters of the list of results.
import { Box } from "@mui/material";
import { useListContext } from "react-admin";
import type { ListResultsQuery } from "../api.gen.ts";
import { ChoiceField } from "../list/choice-field.tsx";
import { DayField } from "../list/day-field.tsx";
import { dayOf, dayStart } from "../list/day-range.ts";
import { FILTER_BAR_LOOK, withFilter } from "../list/filter-look.ts";
import { useFilterOptions } from "../studies/filter-options.ts";

type ResultFilter = Pick<ListResultsQuery, "kind" | "product" | "delivery" | "from" | "until" | "q">;

const KINDS = [
  { name: "diagnostic", word: "Diagnostic" },
  { name: "failure", word: "Failures" },
];

const DELIVERIES = [
  { name: "failed", word: "Not arrived" },
  { name: "open", word: "On their way" },
  { name: "delivered", word: "Arrived" },
  { name: "none", word: "Sent nowhere" },
];

export function ResultFilterBar() {
  const { filterValues, setFilters } = useListContext();
  const filter = filterValues as ResultFilter;
  const { products } = useFilterOptions();
  const set = (name: keyof ResultFilter) => (value: string | undefined) =>
    setFilters(withFilter(filter, name, value));
  const known = [...new Set(filter.product === undefined ? products : [...products, filter.product])];
  return (
    <Box role="search" aria-label="Filters of the results" sx={FILTER_BAR_LOOK}>
      <ChoiceField
        label="Kind"
        id="result-kind"
        value={filter.kind ?? ""}
        choices={KINDS}
        onChoose={set("kind")}
      />
      <ChoiceField
        label="Product"
        id="result-product"
        value={filter.product ?? ""}
        choices={known.map((name) => ({ name, word: name }))}
        onChoose={set("product")}
      />
      <ChoiceField
        label="Deliveries"
        id="result-delivery"
        value={filter.delivery ?? ""}
        choices={DELIVERIES}
        onChoose={set("delivery")}
      />
      <DayField
        label="Finished from"
        value={dayOf(filter.from, 0)}
        onDay={(day) => set("from")(dayStart(day, 0))}
      />
      <DayField
        label="Until"
        value={dayOf(filter.until, 1)}
        onDay={(day) => set("until")(dayStart(day, 1))}
      />
    </Box>
  );
}
