// One section: its form, its buttons, saving, and what to do when somebody else saved it meanwhile.
import { Alert, Box, Button, Chip, Paper, TextField, Typography } from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { say } from "@thalamus/sdk/ui";
import {
  type ActionAnswer,
  differencesOf,
  FormActions,
  type FormSchema,
  SettingsForm,
  useSettingsForm,
} from "@thalamus/sdk/ui/settings";
import { useCallback, useEffect, useRef, useState } from "react";
import { useNotify } from "react-admin";
import type { SaveSettingsAnswer, SettingsSection, TrySettingsAnswer } from "../api.gen.ts";
import { useCallOrLeave } from "../list/reading.ts";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { EntryActs } from "./entry-acts.tsx";
import { type Conflict, savedOr } from "./save-section.ts";

export interface SectionEditorProps {
  readonly section: SettingsSection;
  readonly version: number;
  readonly readOnly: boolean;
  readonly timeZone: string | undefined;
  /** Name of a field that gets the focus, with dots between. */
  readonly focus: string | undefined;
  /** Another one asks for the focus again. */
  readonly focusKey: string;
  readonly onChanged: (changed: boolean) => void;
  readonly onGone: () => void;
}

export function SectionEditor({
  section,
  version,
  readOnly,
  timeZone,
  focus,
  focusKey,
  onChanged,
  onGone,
}: SectionEditorProps) {
  const { id, title, summary, applies, actions, entry } = section;
  const [base, setBase] = useState(version);
  const [schema] = useState(() => section.schema as FormSchema);
  const form = useSettingsForm(schema, section.value);
  const [comment, setComment] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [conflict, setConflict] = useState<Conflict | undefined>(undefined);
  const call = useCallOrLeave();
  const notify = useNotify();
  const queries = useQueryClient();
  const { changed } = form;
  useEffect(() => onChanged(changed), [changed, onChanged]);
  useEffect(() => () => onChanged(false), [onChanged]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what somebody else saved is shown where nothing would be lost
  useEffect(() => {
    if (changed || version === base) return;
    form.reset(section.value);
    setBase(version);
  }, [version, section.value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever chooses the same field again wants to see it again
  useEffect(() => {
    if (focus !== undefined) focusField(title, focus);
  }, [focus, focusKey, title]);
  const address = `/api/settings/${encodeURIComponent(id)}`;
  const save = async (on: number) => {
    const value = form.check();
    if (!value) return setProblem(say("Correct the marked fields."));
    setBusy(true);
    setProblem("");
    const body = { version: on, value, ...(comment.trim() === "" ? {} : { comment: comment.trim() }) };
    const answer = await savedOr(id, () => call<SaveSettingsAnswer>(address, { method: "PUT", body }));
    setBusy(false);
    if (answer.kind === "failed") return setProblem(answer.message);
    if (answer.kind === "conflict") return setConflict(answer.conflict);
    if (answer.kind === "wrong") {
      form.fail(answer.errors);
      return setProblem(
        [say("Nothing was saved. Correct the marked fields."), ...answer.elsewhere].join(" "),
      );
    }
    setConflict(undefined);
    setComment("");
    form.reset(form.value);
    notify(say("Saved as version %{version}.", { version: answer.version }), { type: "success" });
    await queries.invalidateQueries({ queryKey: ["settings"] });
  };
  const run = async (action: string, item?: string) => {
    const value = form.check();
    if (!value) return undefined;
    const path = `${address}/actions/${encodeURIComponent(action)}`;
    const body = { value, ...(item === undefined ? {} : { item }) };
    return (await call<TrySettingsAnswer>(path, { method: "POST", body })) as ActionAnswer;
  };
  const latest = useRef({ run, value: form.value });
  useEffect(() => {
    latest.current = { run, value: form.value };
  });
  const { take } = form;
  // stays the same while somebody types: fields are drawn again only when something of their own has changed
  const buttons = useCallback(
    (own: typeof actions, item?: string) => (
      <FormActions
        actions={own}
        onRun={(action) => latest.current.run(action, item)}
        differences={(values) => differencesOf(schema, latest.current.value, values)}
        onTake={take}
      />
    ),
    [schema, take],
  );
  const actionsAt = useCallback(
    (path: readonly (string | number)[]) => {
      const item = path.join(".");
      const own = actions.filter(({ at }) => at === item.replaceAll(/\.\d+(?=\.|$)/g, "[]"));
      return own.length === 0 ? null : buttons(own, item);
    },
    [actions, buttons],
  );
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1 }}>
        <Typography variant="h2">{title}</Typography>
        {applies === "restart" && <Chip size="small" label={say("Takes effect at the next start")} />}
        <Box sx={{ flex: 1 }} />
        {entry !== null && !readOnly && <EntryActs name={entry} onGone={onGone} />}
      </Box>
      <Typography variant="body2" sx={{ color: "text.secondary", mt: -1 }}>
        {summary}
      </Typography>
      <SettingsForm
        form={form}
        label={title}
        readOnly={readOnly}
        timeZone={timeZone}
        actionsAt={actionsAt}
        onSubmit={() => void save(base)}
      >
        {buttons(actions.filter(({ at }) => at === undefined))}
        {problem !== "" && (
          <Alert severity="error" role="alert" onClose={() => setProblem("")}>
            {problem}
          </Alert>
        )}
        {changed && !readOnly && (
          <Paper elevation={4} sx={BAR} role="region" aria-label={say("Unsaved changes")}>
            <Typography sx={{ fontWeight: 600 }}>
              {say("Unsaved changes in one part |||| Unsaved changes in %{count} parts", {
                count: form.changedParts,
              })}
            </Typography>
            <TextField
              size="small"
              label={say("Comment")}
              value={comment}
              onChange={({ target }) => setComment(target.value)}
              sx={{ flex: 1, minWidth: 140 }}
              slotProps={{ htmlInput: { maxLength: 500, autoComplete: "off" } }}
            />
            <Button
              onClick={() => {
                form.reset(section.value);
                setBase(version);
                setProblem("");
              }}
            >
              {say("Undo")}
            </Button>
            <Button type="submit" variant="contained" loading={busy}>
              {say("Save")}
            </Button>
          </Paper>
        )}
      </SettingsForm>
      {conflict && (
        <ConflictDialog
          conflict={conflict}
          onTheirs={() => {
            setConflict(undefined);
            form.reset(section.value);
            setBase(version);
            void queries.invalidateQueries({ queryKey: ["settings"] });
          }}
          onMine={() => {
            setBase(conflict.version);
            setConflict(undefined);
            void save(conflict.version);
          }}
          onClose={() => setConflict(undefined)}
        />
      )}
    </Box>
  );
}

/** Its element has an id that ends with its name; the name of a part brings the first field within it. */
function focusField(form: string, name: string): void {
  const box = document.querySelector(`form[aria-label="${CSS.escape(form)}"]`);
  const ends = CSS.escape(`-${name}`);
  const field = box?.querySelector<HTMLElement>(`[id$="${ends}"], [id*="${ends}."], [id*="${ends}-"]`);
  field?.scrollIntoView({ block: "center" });
  field?.focus();
}

const BAR = {
  ...{ position: "sticky", bottom: { xs: 72, md: 16 }, zIndex: 2, px: 2, py: 1, borderRadius: 1.5 },
  ...{
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: 1.5,
    border: 1,
    borderColor: "primary.main",
  },
} as const;
