// Adds a plugin entry: which plugin, its name, its settings, and whether studies or results pass it at once.
import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
  MenuItem,
  Switch,
  TextField,
} from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { phrase, say } from "@thalamus/sdk/ui";
import {
  type FormObject,
  type FormSchema,
  freshValue,
  SettingsForm,
  useSettingsForm,
} from "@thalamus/sdk/ui/settings";
import { useId, useState } from "react";
import { useNotify } from "react-admin";
import type { AddEntryAnswer, ListSettingsPluginsAnswer } from "../api.gen.ts";
import { useCallOrLeave, useReading } from "../list/reading.ts";
import { saidPlugin } from "./said-section.ts";
import { savedOr } from "./save-section.ts";

type Plugin = ListSettingsPluginsAnswer["data"][number];

export interface AddEntryDialogProps {
  readonly onClose: () => void;
  readonly onAdded: (name: string) => void;
}

export function AddEntryDialog({ onClose, onAdded }: AddEntryDialogProps) {
  const id = useId();
  const { data } = useReading<ListSettingsPluginsAnswer>("settings-plugins", "/api/settings-plugins");
  const [use, setUse] = useState("");
  const plugins = data?.data.map(saidPlugin) ?? [];
  const plugin = plugins.find((one) => one.use === use);
  return (
    <Dialog open onClose={onClose} maxWidth="md" fullWidth aria-labelledby={id}>
      <DialogTitle id={id}>{say("Add a plugin entry")}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <TextField
          select
          id={`${id}-plugin`}
          label={say("Plugin")}
          value={use}
          onChange={({ target }) => setUse(target.value)}
          helperText={plugin?.summary ?? say("For a destination of results choose one that delivers.")}
          sx={{ mt: 1 }}
        >
          {plugins.map((one) => (
            <MenuItem key={one.use} value={one.use}>
              {one.title} ({one.kind})
            </MenuItem>
          ))}
        </TextField>
        {plugin && <NewEntry key={use} plugin={plugin} onClose={onClose} onAdded={onAdded} />}
      </DialogContent>
      {!plugin && (
        <DialogActions sx={{ px: 3, pb: 2 }}>
          <Button onClick={onClose}>{say("Back")}</Button>
        </DialogActions>
      )}
    </Dialog>
  );
}

const IN_ROUTE: Readonly<Record<string, string>> = {
  check: phrase("Studies pass it from now on"),
  transform: phrase("It de-identifies studies from now on"),
  deliver: phrase("Results are delivered there from now on"),
};

function NewEntry({ plugin, onClose, onAdded }: AddEntryDialogProps & { readonly plugin: Plugin }) {
  const schema = plugin.schema as FormSchema;
  const [fresh] = useState(() => freshValue(schema) as FormObject);
  const form = useSettingsForm(schema, fresh);
  const [name, setName] = useState(plugin.use);
  const [inRoute, setInRoute] = useState(true);
  const [problem, setProblem] = useState("");
  const [nameProblem, setNameProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const call = useCallOrLeave();
  const notify = useNotify();
  const queries = useQueryClient();
  const add = async () => {
    const settings = form.check();
    const wrongName = /^[a-z][a-z0-9-]{0,62}$/.test(name)
      ? ""
      : say("Lower-case letters, digits and hyphens.");
    setNameProblem(wrongName);
    if (!settings || wrongName !== "") return;
    setBusy(true);
    const body = { use: plugin.use, name, settings, inRoute: inRoute && plugin.kind in IN_ROUTE };
    const asked = () => call<AddEntryAnswer>("/api/settings-entries", { method: "POST", body });
    const answer = await savedOr(`entry.${name}`, asked);
    setBusy(false);
    if (answer.kind === "wrong") {
      setNameProblem(answer.errors["name"] ?? "");
      form.fail(answer.errors);
      return setProblem(
        [say("Nothing was saved. Correct the marked fields."), ...answer.elsewhere].join(" "),
      );
    }
    if (answer.kind === "failed") return setProblem(answer.message);
    notify(say("%{name} was added.", { name }), { type: "success" });
    await queries.invalidateQueries({ queryKey: ["settings"] });
    onAdded(name);
  };
  return (
    <>
      <TextField
        label={say("Name")}
        value={name}
        onChange={({ target }) => setName(target.value)}
        error={nameProblem !== ""}
        helperText={
          nameProblem ||
          say("Its own name where the plugin is used more than once; steps and receipts carry it.")
        }
        slotProps={{ htmlInput: { autoComplete: "off", spellCheck: false, maxLength: 63 } }}
      />
      {IN_ROUTE[plugin.kind] !== undefined && (
        <FormControlLabel
          label={say(IN_ROUTE[plugin.kind]!)}
          control={<Switch checked={inRoute} onChange={(_, on) => setInRoute(on)} />}
        />
      )}
      <SettingsForm form={form} label={say("Settings of %{name}", { name })} onSubmit={() => void add()}>
        {problem !== "" && (
          <Alert severity="error" role="alert">
            {problem}
          </Alert>
        )}
        <DialogActions sx={{ px: 0 }}>
          <Button onClick={onClose}>{say("Back")}</Button>
          <Button type="submit" variant="contained" loading={busy}>
            {say("Add")}
          </Button>
        </DialogActions>
      </SettingsForm>
    </>
  );
}
