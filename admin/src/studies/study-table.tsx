// The studies of a page as a table, on screens that are wide enough for one.
import { phrase, say, shortId } from "@thalamus/sdk/ui";
import type { StudyRow } from "../api.gen.ts";
import type { ChosenColumns } from "../list/column-choice.tsx";
import { type RowColumn, RowTable } from "../list/row-table.tsx";
import { StudyActsMenu } from "./acts/study-acts-menu.tsx";

const ACTS: RowColumn<StudyRow> = {
  name: "acts",
  title: phrase("Actions"),
  cell: (study) => <StudyActsMenu study={study} />,
};

export interface StudyTableProps {
  readonly studies: readonly StudyRow[];
  readonly columns: ChosenColumns<StudyRow>;
}

export function StudyTable({ studies, columns: { shown, dense } }: StudyTableProps) {
  return (
    <RowTable
      label={say("Studies")}
      rows={studies}
      columns={[...shown, ACTS]}
      nameOf={({ id }) => say("study %{id}", { id: shortId(id) })}
      to={({ id }) => `/studies/${id}`}
      dense={dense}
    />
  );
}
