// A settings form made of a schema: its fields, its warnings; after a failed check the first wrong field has the focus.
import { Alert, Box } from "@mui/material";
import { type FormEvent, type ReactNode, useEffect, useId, useMemo, useRef } from "react";
import { Field } from "./field.tsx";
import { type FormSurroundings, Surroundings } from "./field-props.ts";
import { warningsOf } from "./form-rules.ts";
import { ObjectFields } from "./object-fields.tsx";
import type { SettingsFormState } from "./use-settings-form.ts";

export interface SettingsFormProps {
  readonly form: SettingsFormState;
  readonly label: string;
  readonly readOnly?: boolean;
  /** Of the hub's schedules. */
  readonly timeZone?: string | undefined;
  readonly onSubmit: () => void;
  /** Buttons that stand at a field or at an entry of a list; stays the same function. */
  readonly actionsAt?: FormSurroundings["actionsAt"];
  /** Buttons under the fields. */
  readonly children?: ReactNode;
}

export function SettingsForm({
  form,
  label,
  readOnly = false,
  timeZone,
  onSubmit,
  actionsAt = noActions,
  children,
}: SettingsFormProps) {
  const id = useId();
  const { schema, value, errors, attempts, set } = form;
  const around = useMemo(
    () => ({ id, timeZone, readOnly, Field, actionsAt }),
    [id, timeZone, readOnly, actionsAt],
  );
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (attempts === 0) return;
    // when the card that holds it has opened
    const timer = setTimeout(() => firstWrong(box.current)?.focus(), OPENING_MS);
    return () => clearTimeout(timer);
  }, [attempts]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  const unplaced = errors[""];
  return (
    <Surroundings value={around}>
      <Box component="form" noValidate ref={box} aria-label={label} onSubmit={submit} sx={FORM}>
        {warningsOf(schema, value).map((message) => (
          <Alert key={message} severity="warning" role="status">
            {message}
          </Alert>
        ))}
        {unplaced !== undefined && (
          <Alert severity="error" role="alert">
            {unplaced}
          </Alert>
        )}
        <ObjectFields schema={schema} path={[]} value={value} errors={errors} attempts={attempts} set={set} />
        {children}
      </Box>
    </Surroundings>
  );
}

const noActions = () => null;

const OPENING_MS = 60;

const firstWrong = (box: HTMLElement | null): HTMLElement | null =>
  box?.querySelector<HTMLElement>("[aria-invalid='true']") ?? null;

/** A field that gets the focus is not hidden by a bar with buttons below. */
const FORM = { display: "grid", gap: 2, "& input, & textarea": { scrollMarginBottom: 110 } } as const;
