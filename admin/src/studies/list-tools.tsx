// What can be done to the list as a whole: filters, saved views, columns, reveal or hide all of a page, export.
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import FilterListOutlined from "@mui/icons-material/FilterListOutlined";
import VisibilityOffOutlined from "@mui/icons-material/VisibilityOffOutlined";
import VisibilityOutlined from "@mui/icons-material/VisibilityOutlined";
import { Box, Button } from "@mui/material";
import { ApiFault, say, useIsPhiShown, usePhiVault } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useListContext, useNotify } from "react-admin";
import { ActButton } from "../acts/act-button.tsx";
import { NOT_ALLOWED, useMay } from "../acts/permission.ts";
import type { StudyRow } from "../api.gen.ts";
import { type ChosenColumns, ColumnChoice } from "../list/column-choice.tsx";
import { ExportDialog } from "./acts/bulk-dialogs.tsx";
import { FILTER_BAR } from "./filter-bar.tsx";
import { SavedViews } from "./saved-views.tsx";
import { ACCESSION_FIELDS, PATIENT_FIELDS } from "./study-columns.tsx";
import type { StudyFilter } from "./study-filter.ts";

export interface ListToolsProps {
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  /** Of the table; a list of cards has none. */
  readonly columns: ChosenColumns<StudyRow> | undefined;
}

export function ListTools({ isOpen, onToggle, columns }: ListToolsProps) {
  const { filterValues, total } = useListContext<StudyRow>();
  const [exporting, setExporting] = useState(false);
  const { ids: _, q: __, status: ___, ...others } = filterValues as StudyFilter;
  const inForce = Object.keys(others).length;
  return (
    <Box
      sx={{
        display: "flex",
        flexWrap: "wrap",
        gap: 0.5,
        px: 1,
        py: 0.5,
        borderBottom: 1,
        borderColor: "divider",
      }}
    >
      <Button
        size="small"
        startIcon={<FilterListOutlined />}
        aria-expanded={isOpen}
        {...(isOpen ? { "aria-controls": FILTER_BAR } : {})}
        onClick={onToggle}
      >
        {inForce > 0 ? say("Filters (%{inForce})", { inForce }) : say("Filters")}
      </Button>
      <SavedViews />
      <Box sx={{ flex: 1 }} />
      <RevealPage />
      <Button size="small" startIcon={<DownloadOutlined />} onClick={() => setExporting(true)}>
        {say("Export")}
      </Button>
      {columns && <ColumnChoice {...columns} />}
      {exporting && (
        <ExportDialog
          filter={filterValues as StudyFilter}
          total={total ?? 0}
          onClose={() => setExporting(false)}
        />
      )}
    </Box>
  );
}

const FIELDS = [...PATIENT_FIELDS, ...ACCESSION_FIELDS];

/** A-235 One call for the page, with a line in the journal of each study; the same key hides everything. */
function RevealPage() {
  const { data = [] } = useListContext<StudyRow>();
  const vault = usePhiVault();
  const isShown = useIsPhiShown();
  const may = useMay();
  const notify = useNotify();
  if (isShown) {
    return (
      <Button size="small" startIcon={<VisibilityOffOutlined />} onClick={() => vault.hideAll()}>
        {say("Hide all (h)")}
      </Button>
    );
  }
  const held = data.filter(({ phi }) => FIELDS.some((field) => phi.includes(field)));
  const reveal = () => {
    vault
      .revealMany(
        held.map(({ id }) => id),
        FIELDS,
      )
      .catch((fault: unknown) =>
        notify(fault instanceof ApiFault ? fault.message : say("The page could not be revealed."), {
          type: "error",
        }),
      );
  };
  const whyNot = !may("studies.reveal")
    ? say(NOT_ALLOWED)
    : held.length === 0
      ? say("Nothing here is covered.")
      : "";
  return (
    <ActButton variant="text" startIcon={<VisibilityOutlined />} whyNot={whyNot} onAct={reveal}>
      {say("Reveal this page")}
    </ActButton>
  );
}
