// The buttons of a section: each works on what stands in the form, and says in words what the other side answered.
import { Alert, AlertTitle, Box, Button } from "@mui/material";
import { useState } from "react";
import type { FormAction } from "../../form-schema.ts";
import type { FormObject } from "./form-value.ts";

export interface ActionAnswer {
  readonly ok: boolean;
  readonly message: string;
  readonly details: readonly string[];
  readonly values?: FormObject;
}

export interface FormActionsProps {
  readonly actions: readonly FormAction[];
  /** @returns undefined when the form has to be mended first */
  readonly onRun: (action: string) => Promise<ActionAnswer | undefined>;
}

export function FormActions({ actions, onRun }: FormActionsProps) {
  const [busy, setBusy] = useState("");
  const [answer, setAnswer] = useState<ActionAnswer | undefined>(undefined);
  const [asked, setAsked] = useState("");
  if (actions.length === 0) return null;
  const run = async ({ id, confirm }: FormAction) => {
    if (confirm !== undefined && asked !== id) return setAsked(id);
    setAsked("");
    setBusy(id);
    setAnswer(undefined);
    try {
      setAnswer(await onRun(id));
    } catch (error) {
      setAnswer({ ok: false, message: (error as Error).message, details: [] });
    } finally {
      setBusy("");
    }
  };
  const question = actions.find(({ id }) => id === asked)?.confirm;
  return (
    <Box sx={{ display: "grid", gap: 1 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
        {actions.map((action) => (
          <Button
            key={action.id}
            size="small"
            variant="outlined"
            loading={busy === action.id}
            disabled={busy !== "" && busy !== action.id}
            onClick={() => void run(action)}
          >
            {asked === action.id ? `${action.label}: yes, do it` : action.label}
          </Button>
        ))}
      </Box>
      <Box role="status" aria-live="polite">
        {question !== undefined && <Alert severity="warning">{question}</Alert>}
        {answer && (
          <Alert
            severity={answer.ok ? "success" : "error"}
            variant="outlined"
            onClose={() => setAnswer(undefined)}
          >
            <AlertTitle>{answer.ok ? "It works" : "It does not work"}</AlertTitle>
            {answer.message}
            {answer.details.map((line) => (
              <Box key={line} sx={{ overflowWrap: "anywhere" }}>
                {line}
              </Box>
            ))}
          </Alert>
        )}
      </Box>
    </Box>
  );
}
