// The last uploads of everybody, with what became of them.
import BlockOutlined from "@mui/icons-material/BlockOutlined";
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import CloudUploadOutlined from "@mui/icons-material/CloudUploadOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import ScheduleOutlined from "@mui/icons-material/ScheduleOutlined";
import SyncOutlined from "@mui/icons-material/SyncOutlined";
import { Box, Link, Paper, Typography } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import {
  callApi,
  ErrorState,
  fileSize,
  phrase,
  say,
  shortId,
  TimeText,
  type Tone,
  ToneChip,
} from "@thalamus/sdk/ui";
import type { ElementType } from "react";
import { Link as RouterLink } from "react-router";
import type { ListUploadsAnswer, UploadRow } from "../api.gen.ts";

const SHOWN = 8;

const WORDS: Readonly<Record<UploadRow["state"], { word: string; tone: Tone; icon: ElementType }>> = {
  created: { word: phrase("Announced"), tone: "neutral", icon: ScheduleOutlined },
  receiving: { word: phrase("Receiving"), tone: "work", icon: CloudUploadOutlined },
  unpacking: { word: phrase("Taking in"), tone: "work", icon: SyncOutlined },
  done: { word: phrase("Taken in"), tone: "good", icon: CheckCircleOutlined },
  failed: { word: phrase("Failed"), tone: "bad", icon: ErrorOutlined },
  cancelled: { word: phrase("Cancelled"), tone: "neutral", icon: BlockOutlined },
};

export function RecentUploads() {
  const { data, error, refetch } = useQuery({
    queryKey: ["uploads", "recent"],
    queryFn: ({ signal }) =>
      callApi<ListUploadsAnswer>("/api/uploads", { query: { perPage: SHOWN }, signal }),
  });
  if (error) {
    return (
      <ErrorState
        title={say("The last uploads could not be read")}
        error={error}
        onRetry={() => void refetch()}
      />
    );
  }
  if (!data || data.total === 0) return null;
  return (
    <Box component="section" aria-labelledby="recent-uploads" sx={{ mt: 3, maxWidth: 820 }}>
      <Typography variant="h2" id="recent-uploads" sx={{ mb: 1 }}>
        {say("Last uploads")}
      </Typography>
      <Paper variant="outlined" sx={{ borderRadius: 1.5 }}>
        <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
          {data.data.map((upload) => (
            <Line key={upload.id} upload={upload} />
          ))}
        </Box>
      </Paper>
    </Box>
  );
}

function Line({ upload }: { readonly upload: UploadRow }) {
  const { state, createdAt, by, bytes, receivedBytes, counts, message, studyIds } = upload;
  const { word: english, tone, icon } = WORDS[state];
  const word = say(english);
  const percent = bytes ? Math.floor((100 * receivedBytes) / bytes) : 0;
  const refused =
    counts.refused > 0
      ? say("%{refused} of %{files} files not taken", { refused: counts.refused, files: counts.files })
      : "";
  return (
    <Box component="li" sx={LINE}>
      <ToneChip tone={tone} icon={icon} word={state === "receiving" ? `${word} ${percent} %` : word} />
      <span>
        <TimeText at={createdAt} />
      </span>
      <span>{by}</span>
      <span>{bytes === null ? "" : fileSize(bytes)}</span>
      {studyIds.map((id) => (
        <Link key={id} component={RouterLink} to={`/studies/${id}`}>
          {say("Study %{id}", { id: shortId(id) })}
        </Link>
      ))}
      <Box
        component="span"
        sx={{ flexBasis: "100%", color: "text.secondary", "&:empty": { display: "none" } }}
      >
        {[message, refused].filter(Boolean).join(" ")}
      </Box>
    </Box>
  );
}

const LINE = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  gap: "4px 16px",
  px: 2,
  py: 1,
  fontSize: "0.875rem",
  "& + &": { borderTop: 1, borderColor: "divider" },
} as const;
