// Asks which formats go into a ZIP of several results; the browser saves it while the hub makes it.
import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
} from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useState } from "react";

export interface ZipDialogProps {
  readonly ids: readonly string[];
  readonly onClose: () => void;
}

const FORMATS = ["pdf", "png", "txt", "json", "xml", "csv"] as const;

export function ZipDialog({ ids, onClose }: ZipDialogProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(["pdf", "json"]));
  const [all, setAll] = useState(false);
  const toggle = (format: string) => {
    const next = new Set(chosen);
    if (!next.delete(format)) next.add(format);
    setChosen(next);
  };
  const formats = all ? "" : `&formats=${FORMATS.filter((format) => chosen.has(format)).join(",")}`;
  const isEmpty = !all && chosen.size === 0;
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth aria-labelledby="zip-title">
      <DialogTitle id="zip-title">
        {say("Files of %{results}", {
          results: say("%{count} result |||| %{count} results", { count: ids.length }),
        })}
      </DialogTitle>
      <DialogContent>
        <FormControlLabel
          control={<Checkbox checked={all} onChange={(_, on) => setAll(on)} />}
          label={say("All files, also maps and other large ones")}
        />
        {FORMATS.map((format) => (
          <FormControlLabel
            key={format}
            control={
              <Checkbox checked={all || chosen.has(format)} disabled={all} onChange={() => toggle(format)} />
            }
            label={format.toUpperCase()}
            sx={{ mr: 3 }}
          />
        ))}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={onClose}>{say("Back")}</Button>
        <Button
          variant="contained"
          disabled={isEmpty}
          href={`/api/results.zip?ids=${ids.join(",")}${formats}`}
          download="results.zip"
          onClick={onClose}
        >
          {say("Download")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
