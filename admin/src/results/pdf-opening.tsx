// What stands in the place of a PDF while it is read.
import { Skeleton } from "@mui/material";
import { Late, say } from "@thalamus/sdk/ui";

export function PdfOpening() {
  return (
    <Late>
      <Skeleton variant="rounded" height={420} role="status" aria-label={say("Loading")} />
    </Late>
  );
}
