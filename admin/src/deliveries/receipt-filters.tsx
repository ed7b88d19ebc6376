// The fields that choose lines of the ledger, and the export of what they choose.
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import { Box, Chip } from "@mui/material";
import { say, shortId } from "@thalamus/sdk/ui";
import { ActButton } from "../acts/act-button.tsx";
import { NOT_ALLOWED, useMay } from "../acts/permission.ts";
import { FILTER_FIELD } from "../layout/shortcuts.tsx";
import { ChoiceField } from "../list/choice-field.tsx";
import { DayField } from "../list/day-field.tsx";
import { FILTER_BAR_LOOK } from "../list/filter-look.ts";
import { useDestinations } from "./delivery-target.ts";
import { exportAddress, filterOf } from "./receipt-filter.ts";
import { OUTCOME_WORDS } from "./receipt-words.ts";

export interface ReceiptFiltersProps {
  readonly search: URLSearchParams;
  readonly onSearch: (next: URLSearchParams) => void;
}

export function ReceiptFilters({ search, onSearch }: ReceiptFiltersProps) {
  const { data: destinations } = useDestinations();
  const mayExport = useMay()("deliveries.export");
  const filter = filterOf(search);
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    if (value === "") next.delete(name);
    else next.set(name, value);
    onSearch(next);
  };
  const target = search.get("target") ?? "";
  const names = destinations?.data.map(({ name }) => name) ?? [];
  // a destination that is gone from the configuration still has receipts
  const targets = target === "" || names.includes(target) ? names : [...names, target];
  const outcomes = Object.entries(OUTCOME_WORDS).map(([name, { word }]) => ({ name, word: say(word) }));
  return (
    <Box sx={FILTER_BAR_LOOK} role="search" aria-label={say("Filter of the receipts")}>
      <ChoiceField
        label={say("Destination")}
        id={FILTER_FIELD}
        value={target}
        choices={targets.map((name) => ({ name, word: name }))}
        onChoose={(value) => set("target", value)}
      />
      <ChoiceField
        label={say("Outcome")}
        id="receipt-outcome"
        value={filter.outcome ?? ""}
        choices={outcomes}
        onChoose={(value) => set("outcome", value)}
      />
      <DayField label={say("From")} value={search.get("from") ?? ""} onDay={(value) => set("from", value)} />
      <DayField
        label={say("Until")}
        value={search.get("until") ?? ""}
        onDay={(value) => set("until", value)}
      />
      {(["studyId", "resultId"] as const).map((name) => {
        const id = filter[name];
        const word = name === "studyId" ? say("Study") : say("Result");
        return (
          id !== undefined && (
            <Chip key={name} label={`${word} ${shortId(id)}`} onDelete={() => set(name, "")} />
          )
        );
      })}
      <Box sx={{ flex: 1 }} />
      <ActButton
        startIcon={<DownloadOutlined />}
        whyNot={mayExport ? "" : NOT_ALLOWED}
        {...(mayExport ? { href: exportAddress(filter), download: "receipts.csv" } : {})}
        onAct={() => undefined}
      >
        {say("Export CSV")}
      </ActButton>
    </Box>
  );
}
