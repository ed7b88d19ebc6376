// The buttons of a section: each works on what stands in the form, and says in words what the other side answered.

import { Alert, AlertTitle, Box, Button, Link } from "@mui/material";
import { useState } from "react";
import type { FormAction } from "../../form-schema.ts";
import { say } from "../language.ts";
import type { FormObject } from "./form-value.ts";
import { TakeValues } from "./take-values.tsx";
import type { FieldDifference } from "./taken-values.ts";

export interface ActionAnswer {
  readonly ok: boolean;
  readonly message: string;
  readonly details: readonly string[];
  readonly values?: FormObject;
  /** Where the window goes that the button has opened. */
  readonly open?: string;
}

export interface FormActionsProps {
  readonly actions: readonly FormAction[];
  /** @returns undefined when the form has to be mended first */
  readonly onRun: (action: string) => Promise<ActionAnswer | undefined>;
  /** What the values of an answer would change in the form. */
  readonly differences: (values: FormObject) => readonly FieldDifference[];
  readonly onTake: (values: FormObject) => void;
}

const WINDOW = "popup=yes,width=560,height=760";

export function FormActions({ actions, onRun, differences, onTake }: FormActionsProps) {
  const [busy, setBusy] = useState("");
  const [answer, setAnswer] = useState<ActionAnswer | undefined>(undefined);
  const [blocked, setBlocked] = useState("");
  const [asked, setAsked] = useState("");
  if (actions.length === 0) return null;
  const run = async ({ id, confirm, opensWindow = false }: FormAction) => {
    if (confirm !== undefined && asked !== id) return setAsked(id);
    // only what a click opens at once is let open
    const opened = opensWindow ? window.open("", "_blank", WINDOW) : null;
    setAsked("");
    setBusy(id);
    setAnswer(undefined);
    setBlocked("");
    try {
      const got = await onRun(id);
      setAnswer(got);
      if (got?.open === undefined) opened?.close();
      else if (opened) opened.location.replace(got.open);
      else setBlocked(got.open);
    } catch (error) {
      opened?.close();
      setAnswer({ ok: false, message: (error as Error).message, details: [] });
    } finally {
      setBusy("");
    }
  };
  const question = actions.find(({ id }) => id === asked)?.confirm;
  return (
    <Box sx={{ display: "grid", gap: 1, mt: 0.75 }}>
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
            {asked === action.id ? say("%{label}: yes, do it", { label: action.label }) : action.label}
          </Button>
        ))}
      </Box>
      <Box role="status" aria-live="polite">
        {question !== undefined && <Alert severity="warning">{question}</Alert>}
        {answer && (
          <Alert
            severity={answer.open !== undefined ? "info" : answer.ok ? "success" : "error"}
            variant="outlined"
            onClose={() => setAnswer(undefined)}
          >
            {answer.open === undefined && (
              <AlertTitle>{answer.ok ? say("It works") : say("It does not work")}</AlertTitle>
            )}
            {answer.message}
            {answer.details.map((line) => (
              <Box key={line} sx={{ overflowWrap: "anywhere" }}>
                {line}
              </Box>
            ))}
            {blocked !== "" && (
              <Box>
                {say("The browser opened no window.")}{" "}
                <Link href={blocked} target="_blank" rel="noopener">
                  {say("Open it")}
                </Link>
              </Box>
            )}
          </Alert>
        )}
      </Box>
      {answer?.values && (
        <TakeValues
          differences={differences(answer.values)}
          onTake={() => {
            onTake(answer.values ?? {});
            setAnswer(undefined);
          }}
          onLeave={() => setAnswer(undefined)}
        />
      )}
    </Box>
  );
}
