// The menu of what can be done about a study; what cannot be done now stays in it with the reason.
import BlockOutlined from "@mui/icons-material/BlockOutlined";
import DeleteOutlined from "@mui/icons-material/DeleteOutlined";
import DescriptionOutlined from "@mui/icons-material/DescriptionOutlined";
import FactCheckOutlined from "@mui/icons-material/FactCheckOutlined";
import GroupWorkOutlined from "@mui/icons-material/GroupWorkOutlined";
import InfoOutlined from "@mui/icons-material/InfoOutlined";
import MoreVertOutlined from "@mui/icons-material/MoreVertOutlined";
import PlaylistAddOutlined from "@mui/icons-material/PlaylistAddOutlined";
import ReplayOutlined from "@mui/icons-material/ReplayOutlined";
import ReportOutlined from "@mui/icons-material/ReportOutlined";
import TaskAltOutlined from "@mui/icons-material/TaskAltOutlined";
import TimelineOutlined from "@mui/icons-material/TimelineOutlined";
import {
  Button,
  Divider,
  IconButton,
  ListItemIcon,
  ListItemText,
  Menu,
  MenuItem,
  Tooltip,
} from "@mui/material";
import { say, shortId } from "@thalamus/sdk/ui";
import { type ElementType, type SyntheticEvent, useState } from "react";
import { useNavigate } from "react-router";
import { useMay } from "../../acts/permission.ts";
import type { StudyRow } from "../../api.gen.ts";
import { OwnClicks } from "../../list/own-clicks.tsx";
import { DeleteStudyDialog } from "./delete-study-dialog.tsx";
import { OrderDialog } from "./order-dialog.tsx";
import {
  AssignOneDialog,
  CancelDialog,
  CompleteDialog,
  RejectDialog,
  RetryDialog,
} from "./study-act-dialogs.tsx";
import { ACT_TITLES, NOT_THERE, PART_TITLES, type StudyAct, type StudyPart, WHY_NOT } from "./study-acts.ts";

const PARTS: readonly { part: StudyPart; icon: ElementType }[] = [
  { part: "report", icon: DescriptionOutlined },
  { part: "qc", icon: FactCheckOutlined },
  { part: "timeline", icon: TimelineOutlined },
  { part: "summary", icon: InfoOutlined },
];

const ENTRIES: readonly { act: StudyAct; icon: ElementType }[] = [
  { act: "assign", icon: GroupWorkOutlined },
  { act: "order", icon: PlaylistAddOutlined },
  { act: "retry", icon: ReplayOutlined },
  { act: "complete", icon: TaskAltOutlined },
  { act: "cancel", icon: BlockOutlined },
  { act: "reject", icon: ReportOutlined },
  { act: "delete", icon: DeleteOutlined },
];

const DIALOGS = {
  assign: AssignOneDialog,
  order: OrderDialog,
  retry: RetryDialog,
  complete: CompleteDialog,
  cancel: CancelDialog,
  reject: RejectDialog,
  delete: DeleteStudyDialog,
} as const;

export interface StudyActsMenuProps {
  readonly study: StudyRow;
  /** With its word, where there is room. */
  readonly wide?: boolean;
  readonly onDeleted?: () => void;
}

export function StudyActsMenu({ study, wide = false, onDeleted }: StudyActsMenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [chosen, setChosen] = useState<StudyAct>();
  const may = useMay();
  const navigate = useNavigate();
  const label = say("Actions for study %{id}", { id: shortId(study.id) });
  const opener = {
    "aria-haspopup": "menu",
    "aria-label": label,
    "data-row-menu": true,
    onClick: (event: SyntheticEvent<HTMLElement>) => setAnchor(event.currentTarget),
  } as const;
  const choose = (act: StudyAct) => {
    setAnchor(null);
    setChosen(act);
  };
  const goTo = (part: StudyPart) => {
    setAnchor(null);
    void navigate(part === "report" ? `/results/${study.resultId}` : `/studies/${study.id}/${part}`);
  };
  const close = () => setChosen(undefined);
  const Chosen = chosen && DIALOGS[chosen];
  return (
    <OwnClicks>
      {wide ? (
        <Button size="small" variant="outlined" endIcon={<MoreVertOutlined />} {...opener}>
          {say("Actions")}
        </Button>
      ) : (
        <Tooltip title={say("Actions")}>
          <IconButton size="small" {...opener}>
            <MoreVertOutlined fontSize="small" />
          </IconButton>
        </Tooltip>
      )}
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        slotProps={{ list: { "aria-label": label } }}
      >
        {PARTS.map(({ part, icon }) => (
          <ActEntry
            key={part}
            title={say(PART_TITLES[part])}
            icon={icon}
            whyNot={NOT_THERE[part](study)}
            onChoose={() => goTo(part)}
          />
        ))}
        <Divider />
        {ENTRIES.map(({ act, icon }) => (
          <ActEntry
            key={act}
            title={say(ACT_TITLES[act])}
            icon={icon}
            whyNot={WHY_NOT[act](study, may)}
            onChoose={() => choose(act)}
          />
        ))}
      </Menu>
      {Chosen && <Chosen study={study} onClose={close} {...(onDeleted ? { onDeleted } : {})} />}
    </OwnClicks>
  );
}

interface ActEntryProps {
  readonly title: string;
  readonly icon: ElementType;
  readonly whyNot: string;
  readonly onChoose: () => void;
}

/** An entry that cannot be chosen can still be reached, so that its reason is read out. */
function ActEntry({ title, icon: Icon, whyNot, onChoose, ...ofMenu }: ActEntryProps) {
  const off = whyNot !== "";
  return (
    <MenuItem
      {...ofMenu}
      aria-disabled={off || undefined}
      onClick={off ? undefined : onChoose}
      sx={{ whiteSpace: "normal", ...(off ? { cursor: "default", color: "text.secondary" } : {}) }}
    >
      <ListItemIcon sx={off ? { opacity: 0.5 } : {}}>
        <Icon fontSize="small" />
      </ListItemIcon>
      <ListItemText primary={title} secondary={whyNot} />
    </MenuItem>
  );
}
