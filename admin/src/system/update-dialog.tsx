// Asks before an update: what runs now, whether to wait for it, and a typed word.
import { FormControlLabel, Radio, RadioGroup, Typography } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import type { ApplyUpdateBody, UpdateInfo } from "../api.gen.ts";
import { runningWords } from "./update-words.ts";

export interface UpdateDialogProps {
  readonly updates: UpdateInfo;
  readonly version: string;
  readonly onClose: () => void;
}

export function UpdateDialog({ updates, version, onClose }: UpdateDialogProps) {
  const [whenRunning, setWhenRunning] = useState<ApplyUpdateBody["whenRunning"]>("wait");
  const running = runningWords(updates.running);
  return (
    <ConfirmDialog
      title={say("Update from %{from} to %{to}?", { from: updates.version, to: version })}
      verb={say("Update")}
      tone="warning"
      word="update"
      act={() => async (call) => {
        const body = { version, confirm: "update", whenRunning } satisfies ApplyUpdateBody;
        await call("/api/updates/apply", { method: "POST", body });
        return say("The update has begun.");
      }}
      onClose={onClose}
    >
      <Typography>
        {say(
          "The hub restarts and is away for a moment; senders try again. When the new version does not work, this one comes back by itself. Make a backup of the database first.",
        )}
      </Typography>
      {running !== "" && (
        <>
          <Typography id="running-now">{say("Running now: %{running}.", { running })}</Typography>
          <RadioGroup
            aria-labelledby="running-now"
            value={whenRunning}
            onChange={(_, value) => setWhenRunning(value as ApplyUpdateBody["whenRunning"])}
          >
            <FormControlLabel value="wait" control={<Radio />} label={say("Wait until nothing runs")} />
            <FormControlLabel
              value="now"
              control={<Radio />}
              label={say("Start now; work goes on after the restart")}
            />
          </RadioGroup>
        </>
      )}
    </ConfirmDialog>
  );
}
