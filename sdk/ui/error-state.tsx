// Says what failed, what still works, and offers another try.
import { Alert, AlertTitle, Button } from "@mui/material";
import { ApiFault } from "./call-api.ts";
import { CopyButton } from "./copy-button.tsx";

export interface ErrorStateProps {
  /** "The list of studies could not be read" */
  readonly title: string;
  readonly error: unknown;
  /** What people can go on with meanwhile. */
  readonly stillWorks?: string;
  readonly onRetry?: () => void;
}

export function ErrorState({ title, error, stillWorks, onRetry }: ErrorStateProps) {
  const fault = error instanceof ApiFault ? error : undefined;
  const retry = onRetry && (
    <Button color="inherit" size="small" onClick={onRetry}>
      Try again
    </Button>
  );
  return (
    <Alert severity="error" variant="outlined" action={retry} sx={{ my: 2, bgcolor: "background.paper" }}>
      <AlertTitle>{title}</AlertTitle>
      {fault?.message ?? "Something in this page broke."} {stillWorks}
      {fault?.errorId !== undefined && (
        <div>
          Error id <code>{fault.errorId}</code>
          <CopyButton text={fault.errorId} what="error id" />
        </div>
      )}
    </Alert>
  );
}
