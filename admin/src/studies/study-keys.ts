// Keys of the list of studies: rows, and the parts of a study that are looked at most.
import { useListContext } from "react-admin";
import { useLocation, useNavigate } from "react-router";
import type { StudyRow } from "../api.gen.ts";
import { usePageKeys } from "../layout/shortcuts.tsx";
import { useRowKeys } from "../list/row-keys.ts";

export function useStudyKeys(): void {
  const { data, onToggleItem } = useListContext<StudyRow>();
  const navigate = useNavigate();
  const [, , open] = useLocation().pathname.split("/");
  const to = (tab: string) => (id: string) => void navigate(`/studies/${id}/${tab}`);
  const report = (id: string) => {
    const resultId = data?.find((study) => study.id === id)?.resultId;
    void navigate(resultId ? `/results/${resultId}` : `/studies/${id}/results`);
  };
  useRowKeys({ onChoose: onToggleItem, acts: { q: to("qc"), i: to("summary"), p: report } });
  // while the panel is open they are about its study, unless a dialog lies over it
  const inPanel = (act: (id: string) => void) => () =>
    open === undefined || document.querySelector(".MuiDialog-root") !== null ? false : act(open);
  usePageKeys({ q: inPanel(to("qc")), i: inPanel(to("summary")), p: inPanel(report) });
}
