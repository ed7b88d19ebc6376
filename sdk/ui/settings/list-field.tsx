// A list of objects: one card for each, opened one at a time; moved, copied and removed by buttons with words.

import Add from "@mui/icons-material/Add";
import ExpandMore from "@mui/icons-material/ExpandMore";
import {
  Accordion,
  AccordionDetails,
  AccordionSummary,
  Box,
  Button,
  Chip,
  FormHelperText,
  Typography,
} from "@mui/material";
import { useContext, useEffect, useRef, useState } from "react";
import type { FormSchema } from "../../form-schema.ts";
import { say } from "../language.ts";
import { type FieldProps, helpOf, Surroundings } from "./field-props.ts";
import { freshValue } from "./form-rules.ts";
import { isObject, nameOf, withoutSecrets } from "./form-value.ts";
import { ObjectFields } from "./object-fields.tsx";

export function ListSetting(props: FieldProps) {
  const { schema, path, label, value, errors, attempts, set } = props;
  const { readOnly, actionsAt } = useContext(Surroundings);
  const entries = Array.isArray(value) ? (value as readonly unknown[]) : [];
  const name = nameOf(path);
  const items = schema.items ?? {};
  const wrong = (index: number) => Object.keys(errors).some((one) => one.startsWith(`${name}.${index}.`));
  const [open, setOpen] = useState<number | undefined>(undefined);
  const firstWrong = entries.findIndex((_, index) => wrong(index));
  const seen = useRef(attempts);
  useEffect(() => {
    // after a failed check the first card that needs attention opens, so that its field can be focused
    if (seen.current !== attempts && firstWrong >= 0) setOpen(firstWrong);
    seen.current = attempts;
  }, [attempts, firstWrong]);
  const most = schema.maxItems ?? Number.POSITIVE_INFINITY;
  const full = entries.length >= most;
  const put = (next: readonly unknown[], opened: number | undefined) => {
    set(path, next);
    setOpen(opened);
  };
  const moved = (from: number, to: number) => {
    const next = [...entries];
    next.splice(to, 0, ...next.splice(from, 1));
    put(next, to);
  };
  const addLabel = schema["x-ui"]?.addLabel ?? say("Add to %{value}", { value: label.toLowerCase() });
  return (
    <Box component="section" aria-label={label} sx={{ display: "grid", gap: 1 }}>
      <Box sx={{ display: "flex", alignItems: "baseline", justifyContent: "space-between", gap: 1 }}>
        <Typography variant="h3">{label}</Typography>
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          {Number.isFinite(most)
            ? say("%{length} of %{most}", { length: entries.length, most })
            : entries.length}
        </Typography>
      </Box>
      <FormHelperText error={errors[name] !== undefined} sx={{ mx: 0, mt: 0 }}>
        {errors[name] ?? helpOf(schema)}
      </FormHelperText>
      <Box>
        {entries.map((entry, index) => {
          const title = titleOf(schema, entry, index);
          return (
            <Accordion
              key={index}
              expanded={open === index}
              onChange={(_, expand) => setOpen(expand ? index : undefined)}
              variant="outlined"
              disableGutters
              slotProps={{ transition: { unmountOnExit: true }, heading: { component: "h4" } }}
            >
              <AccordionSummary expandIcon={<ExpandMore />}>
                <Box
                  sx={{
                    display: "flex",
                    flexWrap: "wrap",
                    alignItems: "center",
                    gap: 1,
                    width: "100%",
                    minWidth: 0,
                  }}
                >
                  <Typography component="span" noWrap sx={{ flex: 1, minWidth: 0 }}>
                    {title}
                  </Typography>
                  {wrong(index) && <Chip size="small" color="error" label={say("Needs attention")} />}
                  {isOff(entry) && <Chip size="small" label={say("Off")} />}
                </Box>
              </AccordionSummary>
              <AccordionDetails>
                <ObjectFields {...props} schema={items} path={[...path, index]} value={entry} />
                {actionsAt([...path, index])}
                <Box sx={{ display: "flex", flexWrap: "wrap", justifyContent: "flex-end", gap: 1, mt: 1.5 }}>
                  <Button
                    size="small"
                    disabled={readOnly || index === 0}
                    onClick={() => moved(index, index - 1)}
                  >
                    {say("Move up")}
                  </Button>
                  <Button
                    size="small"
                    disabled={readOnly || index === entries.length - 1}
                    onClick={() => moved(index, index + 1)}
                  >
                    {say("Move down")}
                  </Button>
                  <Button
                    size="small"
                    disabled={readOnly || full}
                    onClick={() => put(entries.toSpliced(index + 1, 0, withoutSecrets(entry)), index + 1)}
                  >
                    {say("Duplicate")}
                  </Button>
                  <Button
                    size="small"
                    color="error"
                    disabled={readOnly}
                    aria-label={say("Remove %{title}", { title })}
                    onClick={() => put(entries.toSpliced(index, 1), undefined)}
                  >
                    {say("Remove")}
                  </Button>
                </Box>
              </AccordionDetails>
            </Accordion>
          );
        })}
      </Box>
      <Box>
        <Button
          size="small"
          variant="outlined"
          startIcon={<Add />}
          disabled={readOnly || full}
          onClick={() => put([...entries, freshValue({ ...items, type: "object" })], entries.length)}
        >
          {addLabel}
        </Button>
        {full && (
          <FormHelperText sx={{ mx: 0 }}>{say("At most %{maximum}.", { maximum: most })}</FormHelperText>
        )}
      </Box>
    </Box>
  );
}

const isOff = (entry: unknown): boolean => isObject(entry) && entry["enabled"] === false;

function titleOf({ items, "x-ui": hints }: FormSchema, entry: unknown, index: number): string {
  const names = hints?.itemTitle === undefined ? Object.keys(items?.properties ?? {}) : [hints.itemTitle];
  const found = isObject(entry)
    ? names.map((name) => entry[name]).find((one) => typeof one === "string" && one !== "")
    : undefined;
  return found === undefined ? `${items?.title ?? say("Entry")} ${index + 1}` : String(found);
}
