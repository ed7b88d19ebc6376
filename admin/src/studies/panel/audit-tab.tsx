// What people did with one study: who looked at what, who decided what.
import { Box } from "@mui/material";
import { GuardedPage } from "../../acts/guarded-page.tsx";
import { AuditList } from "../../logs/audit/audit-view.tsx";
import type { StudyTabProps } from "./study-panel.tsx";

export default function AuditTab({ story }: StudyTabProps) {
  return (
    <GuardedPage needs="audit.read">
      <Box sx={{ mx: { xs: -2, sm: -3 }, mt: -2.5 }}>
        <AuditList filter={{ studyId: story.id, by: "people" }} isWide={false} />
      </Box>
    </GuardedPage>
  );
}
