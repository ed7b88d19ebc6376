// The fields that choose lines of the audit trail, and its exports.
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import { Box, Button, TextField } from "@mui/material";
import { phrase, say } from "@thalamus/sdk/ui";
import { FILTER_FIELD } from "../../layout/shortcuts.tsx";
import { BAR, Choice, Moment } from "../log-filters.tsx";
import { type AuditFilter, auditExport } from "./audit-filter.ts";
import { KIND_WORDS, OUTCOME_WORDS } from "./audit-words.ts";

export interface AuditFiltersProps {
  readonly address: URLSearchParams;
  readonly filter: AuditFilter;
  readonly onAddress: (next: URLSearchParams) => void;
}

/** All, or one of them. */
const choicesOf = (words: readonly (readonly [name: string, word: string])[]) =>
  [["", phrase("All")] as const, ...words].map(([name, word]) => [name, say(word)] as const);

export function AuditFilters({ address, filter, onAddress }: AuditFiltersProps) {
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(address);
    if (value === "") next.delete(name);
    else next.set(name, value);
    onAddress(next);
  };
  const value = (name: string) => address.get(name) ?? "";
  const text = (name: string, label: string, id: string) => (
    <TextField
      size="small"
      id={id}
      label={label}
      value={value(name)}
      onChange={(event) => set(name, event.target.value.trim())}
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { autoComplete: "off", spellCheck: false } }}
      sx={{ flex: "1 1 140px", maxWidth: { sm: 220 } }}
    />
  );
  return (
    <Box role="search" aria-label={say("Filter of the audit trail")} sx={BAR}>
      {text("actor", say("Account"), FILTER_FIELD)}
      <Choice
        label={say("What")}
        value={value("kind")}
        choices={choicesOf(Object.entries(KIND_WORDS))}
        onChoose={(kind) => set("kind", kind)}
      />
      <Choice
        label={say("Outcome")}
        value={value("outcome")}
        choices={choicesOf(Object.entries(OUTCOME_WORDS).map(([name, { word }]) => [name, word] as const))}
        onChoose={(outcome) => set("outcome", outcome)}
      />
      <Choice
        label={say("By")}
        value={value("by")}
        choices={[
          ["", say("People and programs")],
          ["hub", say("The hub itself")],
          ["all", say("Everybody")],
        ]}
        onChoose={(by) => set("by", by)}
      />
      {text("studyId", say("Study id"), "audit-study")}
      {text("address", say("Address"), "audit-address")}
      <Moment label={say("From")} value={value("from")} onMoment={(moment) => set("from", moment)} />
      <Moment label={say("Until")} value={value("until")} onMoment={(moment) => set("until", moment)} />
      <Box sx={{ flex: 1 }} />
      {(["csv", "json"] as const).map((format) => (
        <Button
          key={format}
          size="small"
          variant="outlined"
          startIcon={<DownloadOutlined />}
          href={auditExport(filter, format)}
          download={`audit.${format}`}
        >
          {say("Export %{format}", { format: format.toUpperCase() })}
        </Button>
      ))}
    </Box>
  );
}
