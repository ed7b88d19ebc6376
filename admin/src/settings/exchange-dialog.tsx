// Settings go out as a file, with or without secrets, and come in as one after a look at what would change.
import {
  Alert,
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  TextField,
  Typography,
} from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { ApiFault, say } from "@thalamus/sdk/ui";
import { type ChangeEvent, useId, useState } from "react";
import { useAct } from "../acts/act.ts";
import type { ExportSettingsAnswer, ImportSettingsAnswer, PreviewSettingsImportAnswer } from "../api.gen.ts";
import { useCallOrLeave } from "../list/reading.ts";
import { ChangeTable } from "./change-table.tsx";

export interface ExchangeDialogProps {
  readonly readOnly: boolean;
  readonly onClose: () => void;
}

export function ExchangeDialog({ readOnly, onClose }: ExchangeDialogProps) {
  const id = useId();
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby={id}>
      <DialogTitle id={id}>{say("Export or import settings")}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 3 }}>
        <ExportPart />
        {!readOnly && <ImportPart onDone={onClose} />}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={onClose}>{say("Close")}</Button>
      </DialogActions>
    </Dialog>
  );
}

/** Bytes; the hub takes no more. */
const LARGEST_FILE = 900_000;

const secret = { autoComplete: "new-password", maxLength: 200 } as const;

function ExportPart() {
  const [passphrase, setPassphrase] = useState("");
  const { busy, problem, run } = useAct();
  const download = () =>
    run(async (call) => {
      const body = passphrase === "" ? {} : { passphrase };
      const { text } = await call<ExportSettingsAnswer>("/api/settings-export", { method: "POST", body });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
      link.download = "thalamus-settings.yaml";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      return say("The file was made.");
    });
  const short = passphrase !== "" && passphrase.length < 8;
  return (
    <Box component="section" aria-label={say("Export")} sx={{ display: "grid", gap: 1.5 }}>
      <Typography variant="h3">{say("Export")}</Typography>
      <TextField
        type="password"
        size="small"
        label={say("Passphrase for the secrets")}
        value={passphrase}
        onChange={({ target }) => setPassphrase(target.value)}
        error={short}
        helperText={short ? say("At least 8 characters.") : say("Without one the file holds no secrets.")}
        slotProps={{ htmlInput: secret }}
      />
      {problem !== "" && <Alert severity="error">{problem}</Alert>}
      <Box>
        <Button variant="outlined" loading={busy} disabled={short} onClick={() => void download()}>
          {say("Download")}
        </Button>
      </Box>
    </Box>
  );
}

function ImportPart({ onDone }: { readonly onDone: () => void }) {
  const [text, setText] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const [preview, setPreview] = useState<PreviewSettingsImportAnswer | undefined>(undefined);
  const [wrong, setWrong] = useState("");
  const call = useCallOrLeave();
  const queries = useQueryClient();
  const { busy, problem, run } = useAct();
  const body = { text, ...(passphrase === "" ? {} : { passphrase }) };
  const look = async () => {
    setWrong("");
    try {
      const path = "/api/settings-import/preview";
      setPreview(await call<PreviewSettingsImportAnswer>(path, { method: "POST", body }));
    } catch (error) {
      setPreview(undefined);
      setWrong(error instanceof ApiFault ? error.message : say("The file could not be read."));
    }
  };
  const take = async () => {
    const done = await run(async (act) => {
      const seen = { ...body, version: preview?.version };
      const request = { method: "POST", body: seen } as const;
      const { version } = await act<ImportSettingsAnswer>("/api/settings-import", request);
      return say("Imported as version %{version}.", { version });
    });
    // what was looked at is no longer true, or would be refused again
    if (!done) return setPreview(undefined);
    await queries.invalidateQueries({ queryKey: ["settings"] });
    onDone();
  };
  const choose = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    setPreview(undefined);
    setWrong("");
    const file = target.files?.[0];
    const isSmall = (file?.size ?? 0) <= LARGEST_FILE;
    if (!isSmall) setWrong(say("The file is too large to be one with settings."));
    setText(isSmall ? ((await file?.text()) ?? "") : "");
  };
  const good = preview !== undefined && preview.problems.length === 0 && preview.changes.length > 0;
  return (
    <Box component="section" aria-label={say("Import")} sx={{ display: "grid", gap: 1.5 }}>
      <Typography variant="h3">{say("Import")}</Typography>
      <label>
        {say("File")}:{" "}
        <input
          type="file"
          accept=".yaml,.yml,.json"
          onChange={(event) => void choose(event)}
          aria-label={say("File with settings")}
        />
      </label>
      <TextField
        type="password"
        size="small"
        label={say("Passphrase of the file")}
        value={passphrase}
        onChange={({ target }) => setPassphrase(target.value)}
        helperText={say("Only where its secrets are sealed. Secrets that it leaves out stay what they are.")}
        slotProps={{ htmlInput: secret }}
      />
      <Box sx={{ display: "flex", gap: 1 }}>
        <Button variant="outlined" disabled={text === ""} onClick={() => void look()}>
          {say("Show what would change")}
        </Button>
        <Button variant="contained" disabled={!good} loading={busy} onClick={() => void take()}>
          {say("Import")}
        </Button>
      </Box>
      <Box role="status" aria-live="polite" sx={{ display: "grid", gap: 1 }}>
        {wrong !== "" && <Alert severity="error">{wrong}</Alert>}
        {problem !== "" && <Alert severity="error">{problem}</Alert>}
        {preview?.problems.map(({ path, message }) => (
          <Alert key={`${path} ${message}`} severity="error">
            {path}: {message}
          </Alert>
        ))}
        {preview?.changes.length === 0 && <Alert severity="info">{say("Nothing would change.")}</Alert>}
        {preview?.changes.map(({ section, fields }) => (
          <Box key={section}>
            <Typography variant="h3">{section}</Typography>
            <ChangeTable label={say("Changes of %{section}", { section })} fields={fields} />
          </Box>
        ))}
      </Box>
    </Box>
  );
}
