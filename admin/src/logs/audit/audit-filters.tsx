// The fields that choose lines of the audit trail, and its exports.
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import { Box, Button, TextField } from "@mui/material";
import { FILTER_FIELD } from "../../layout/shortcuts.tsx";
import { BAR, Choice, Moment } from "../log-filters.tsx";
import { type AuditFilter, auditExport } from "./audit-filter.ts";
import { KIND_WORDS, OUTCOME_WORDS } from "./audit-words.ts";

export interface AuditFiltersProps {
  readonly address: URLSearchParams;
  readonly filter: AuditFilter;
  readonly onAddress: (next: URLSearchParams) => void;
}

const ALL = ["", "All"] as const;

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
    <Box role="search" aria-label="Filter of the audit trail" sx={BAR}>
      {text("actor", "Account", FILTER_FIELD)}
      <Choice
        label="What"
        value={value("kind")}
        choices={[ALL, ...Object.entries(KIND_WORDS)]}
        onChoose={(kind) => set("kind", kind)}
      />
      <Choice
        label="Outcome"
        value={value("outcome")}
        choices={[ALL, ...Object.entries(OUTCOME_WORDS).map(([name, { word }]) => [name, word] as const)]}
        onChoose={(outcome) => set("outcome", outcome)}
      />
      <Choice
        label="By"
        value={value("by")}
        choices={[
          ["", "People and programs"],
          ["hub", "The hub itself"],
          ["all", "Everybody"],
        ]}
        onChoose={(by) => set("by", by)}
      />
      {text("studyId", "Study id", "audit-study")}
      {text("address", "Address", "audit-address")}
      <Moment label="From" value={value("from")} onMoment={(moment) => set("from", moment)} />
      <Moment label="Until" value={value("until")} onMoment={(moment) => set("until", moment)} />
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
          Export {format.toUpperCase()}
        </Button>
      ))}
    </Box>
  );
}
