// The lines of the log about one study, its orders and its steps.
import { Box } from "@mui/material";
import { useState } from "react";
import { GuardedPage } from "../../acts/guarded-page.tsx";
import { NO_FILTER } from "../../logs/log-search.ts";
import { LogView } from "../../logs/log-view.tsx";
import type { StudyTabProps } from "./study-panel.tsx";

export default function LogTab({ story }: StudyTabProps) {
  const [filter, setFilter] = useState(NO_FILTER);
  return (
    <GuardedPage needs="logs.read">
      <Box sx={{ mx: { xs: -2, sm: -3 }, mt: -2.5 }}>
        <LogView filter={filter} onFilter={setFilter} studyId={story.id} height="min(52vh, 560px)" />
      </Box>
    </GuardedPage>
  );
}
