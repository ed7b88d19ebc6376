// Notifications as a table, or as cards on narrow screens.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import HourglassEmptyOutlined from "@mui/icons-material/HourglassEmptyOutlined";
import NotificationsOffOutlined from "@mui/icons-material/NotificationsOffOutlined";
import SendOutlined from "@mui/icons-material/SendOutlined";
import { Box } from "@mui/material";
import { say, TimeText, ToneChip } from "@thalamus/sdk/ui";
import type { ElementType } from "react";
import { DataTable } from "react-admin";
import { tableLook } from "../list/table-look.ts";
import { StudyIdLink } from "../studies/study-id-link.tsx";
import { NOTICE_WORDS, type NoticeRow, type NoticeState } from "./notice-words.ts";

const Column = DataTable.Col<NoticeRow>;

export function NoticeTable() {
  return (
    <DataTable<NoticeRow>
      bulkActionButtons={false}
      rowClick={false}
      size="small"
      sx={tableLook}
      aria-label={say("Notifications")}
    >
      <Column
        source="createdAt"
        label={say("When")}
        render={({ createdAt }) => <TimeText at={createdAt} />}
      />
      <Column label={say("Event")} disableSort render={(notice) => <NoticeEvent notice={notice} />} />
      <Column source="target" label={say("Who is told")} />
      <Column source="state" label={say("State")} render={({ state }) => <NoticeChip state={state} />} />
      <Column label={say("Why")} disableSort render={(notice) => <NoticeReason notice={notice} />} />
      <Column label={say("Tries")} disableSort render={({ attempt }) => (attempt === 0 ? "" : attempt)} />
      <Column
        source="settledAt"
        label={say("Settled")}
        render={({ settledAt }) => settledAt !== null && <TimeText at={settledAt} />}
      />
    </DataTable>
  );
}

export function NoticeCards({ notices }: { readonly notices: readonly NoticeRow[] }) {
  return (
    <Box component="ul" aria-label={say("Notifications")} sx={{ m: 0, p: 0, listStyle: "none" }}>
      {notices.map((notice) => (
        <Box component="li" key={notice.id} sx={CARD}>
          <Box sx={{ display: "flex", justifyContent: "space-between", gap: 1 }}>
            <NoticeEvent notice={notice} />
            <Box sx={{ color: "text.secondary", whiteSpace: "nowrap" }}>
              <TimeText at={notice.createdAt} />
            </Box>
          </Box>
          <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1 }}>
            <NoticeChip state={notice.state} />
            <span>{notice.target}</span>
          </Box>
          <NoticeReason notice={notice} />
        </Box>
      ))}
    </Box>
  );
}

function NoticeEvent({ notice: { title, studyId } }: { notice: NoticeRow }) {
  return (
    <Box sx={{ py: 0.5 }}>
      {say(title)}
      {studyId !== null && (
        <Box sx={{ fontSize: "0.8125rem", color: "text.secondary" }}>
          {say("Study")} <StudyIdLink id={studyId} />
        </Box>
      )}
    </Box>
  );
}

const ICONS: Readonly<Record<NoticeState, ElementType>> = {
  waiting: HourglassEmptyOutlined,
  sending: SendOutlined,
  sent: CheckCircleOutlined,
  failed: ErrorOutlined,
  suppressed: NotificationsOffOutlined,
};

const NoticeChip = ({ state }: { state: NoticeState }) => (
  <ToneChip {...NOTICE_WORDS[state]} icon={ICONS[state]} />
);

function NoticeReason({ notice: { reason, code } }: { notice: NoticeRow }) {
  if (reason === null && code === null) return null;
  return (
    <Box sx={{ fontSize: "0.8125rem", overflowWrap: "anywhere", maxWidth: 420 }}>
      {reason}{" "}
      {code !== null && (
        <Box component="code" sx={{ color: "text.secondary" }}>
          {code}
        </Box>
      )}
    </Box>
  );
}

const CARD = {
  display: "grid",
  gap: 0.75,
  px: 2,
  py: 1.5,
  borderBottom: 1,
  borderColor: "divider",
  fontSize: "0.875rem",
} as const;
