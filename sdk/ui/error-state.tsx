// Says what failed, what still works, and offers another try.

import { Alert, AlertTitle, Button } from "@mui/material";
import { ApiFault } from "./call-api.ts";
import { CopyButton } from "./copy-button.tsx";
import { say } from "./language.ts";

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
      {say("Try again")}
    </Button>
  );
  return (
    <Alert severity="error" variant="outlined" action={retry} sx={{ my: 2, bgcolor: "background.paper" }}>
      <AlertTitle>{title}</AlertTitle>
      {fault?.message ?? say("Something in this page broke.")} {stillWorks}
      {fault?.errorId !== undefined && (
        <div>
          {say("Error id")} <code>{fault.errorId}</code>
          <CopyButton text={fault.errorId} what={say("error id")} />
        </div>
      )}
    </Alert>
  );
}
