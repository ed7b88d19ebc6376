// Acts on the studies that are chosen: assign to a group, cancel, try again, export.

import BlockOutlined from "@mui/icons-material/BlockOutlined";
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import GroupWorkOutlined from "@mui/icons-material/GroupWorkOutlined";
import ReplayOutlined from "@mui/icons-material/ReplayOutlined";
import { phrase, say } from "@thalamus/sdk/ui";
import { type ElementType, useRef, useState } from "react";
import { useListContext } from "react-admin";
import { ActButton } from "../acts/act-button.tsx";
import { NOT_ALLOWED, type Permission, useMay } from "../acts/permission.ts";
import type { StudyRow } from "../api.gen.ts";
import { BulkBar } from "../list/bulk-bar.tsx";
import { AssignDialog } from "./acts/assign-dialog.tsx";
import { CancelManyDialog, ExportDialog, RetryManyDialog } from "./acts/bulk-dialogs.tsx";

type Act = "assign" | "cancel" | "retry" | "export";

const ACTS: readonly { act: Act; title: string; icon: ElementType; needs: Permission }[] = [
  { act: "assign", title: phrase("Assign to group"), icon: GroupWorkOutlined, needs: "groups.assign" },
  { act: "cancel", title: phrase("Cancel work"), icon: BlockOutlined, needs: "studies.cancel" },
  { act: "retry", title: phrase("Try again"), icon: ReplayOutlined, needs: "steps.retry" },
  { act: "export", title: phrase("Export CSV"), icon: DownloadOutlined, needs: "studies.read" },
];

/** As many as the hub takes at once. */
const MOST = 500;

export function StudyBulkBar() {
  const { selectedIds, data, onUnselectItems } = useListContext<StudyRow>();
  const [act, setAct] = useState<Act>();
  const may = useMay();
  const known = useKnown(data);
  const studyIds = selectedIds as string[];
  const ended = () => onUnselectItems();
  const close = () => setAct(undefined);
  const whyNot = (needs: Permission) => {
    if (!may(needs)) return NOT_ALLOWED;
    return studyIds.length > MOST ? say("%{MOST} studies at most can be acted on at once.", { MOST }) : "";
  };
  const dialog = { studyIds, onClose: close, onDone: ended };
  return (
    <>
      <BulkBar what={say("studies")}>
        {ACTS.map(({ act: one, title, icon: Icon, needs }) => (
          <ActButton key={one} startIcon={<Icon />} whyNot={whyNot(needs)} onAct={() => setAct(one)}>
            {say(title)}
          </ActButton>
        ))}
      </BulkBar>
      {act === "assign" && (
        <AssignDialog
          studies={studyIds.map((id) => ({ id, groupId: known.get(id)?.groupId ?? null }))}
          onClose={close}
          onDone={ended}
        />
      )}
      {act === "cancel" && <CancelManyDialog {...dialog} />}
      {act === "retry" && <RetryManyDialog {...dialog} />}
      {act === "export" && (
        <ExportDialog studyIds={studyIds} filter={{}} total={studyIds.length} onClose={close} />
      )}
    </>
  );
}

/** Rows of the pages that were shown: what is chosen may be on another one. */
function useKnown(rows: readonly StudyRow[] | undefined): ReadonlyMap<string, StudyRow> {
  const known = useRef(new Map<string, StudyRow>());
  for (const row of rows ?? []) known.current.set(row.id, row);
  return known.current;
}
