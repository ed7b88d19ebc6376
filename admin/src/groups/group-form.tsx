// makes a group, or changes one; what only an admin may choose is not offered to others.
import {
  Alert,
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
  MenuItem,
  TextField,
} from "@mui/material";
import { callApi, phrase, say } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useState } from "react";
import { useMay } from "../acts/permission.ts";
import type { CreateGroupBody, GroupInfo } from "../api.gen.ts";
import { useGroupOptions, wordsOf } from "./group-requests.ts";
import { ProductsField } from "./products-field.tsx";
import { ScheduleField } from "./schedule-field.tsx";

export interface GroupFormProps {
  /** Left out: a new one is made. */
  readonly group?: GroupInfo;
  readonly onClose: () => void;
  readonly onCreated: (group: GroupInfo) => void;
}

type Values = Required<Omit<CreateGroupBody, "products">> & { readonly products: readonly string[] };

const NEW: Values = {
  ...{ name: "", products: [], autoAssign: false, delivery: null, sendOnCompletion: true, schedule: null },
  ...{ fileName: "{group_name} {report_type} {date}", identifyBy: "hub-id" },
};

const IDENTIFIERS: Readonly<Record<Values["identifyBy"], string>> = {
  "hub-id": phrase("The hub's own id (names nobody)"),
  "study-name": phrase("Study name"),
  accession: phrase("Accession number"),
  "patient-id": phrase("Patient ID"),
};

export function GroupForm({ group, onClose, onCreated }: GroupFormProps) {
  const mayChange = useMay()("groups.change");
  const { data: options } = useGroupOptions();
  const [values, setValues] = useState<Values>(group ? settingsOf(group) : NEW);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const set = (some: Partial<Values>) => setValues({ ...values, ...some });
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (values.name.trim() === "") return setProblem(say("The group needs a name."));
    if (values.products.length === 0) return setProblem(say("Choose at least one product."));
    setBusy(true);
    const body = { ...values, name: values.name.trim() };
    const asked = group
      ? callApi<GroupInfo>(`/api/groups/${group.id}`, { method: "PATCH", body })
      : callApi<GroupInfo>("/api/groups", { method: "POST", body });
    await asked.then(onCreated, (fault: unknown) => setProblem(wordsOf(fault)));
    setBusy(false);
  };
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="group-form">
      <form noValidate onSubmit={(event) => void submit(event)}>
        <DialogTitle id="group-form">{group ? say("Change the group") : say("Create a group")}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2.5 }}>
          <TextField
            label={say("Name")}
            autoFocus
            required
            sx={{ mt: 1 }}
            value={values.name}
            onChange={(event) => set({ name: event.target.value })}
            helperText={say("It is shown on screens, in mails and in file names: nothing about a patient.")}
            slotProps={{ htmlInput: { maxLength: 100, autoComplete: "off" } }}
          />
          <ProductsField
            all={options?.products ?? []}
            chosen={values.products}
            locked={(group?.members.total ?? 0) > 0}
            onChange={(products) => set({ products })}
          />
          {mayChange && options && (
            <>
              <TextField
                select
                label={say("Reports go to")}
                value={values.delivery ?? ""}
                onChange={(event) => set({ delivery: event.target.value || null })}
                helperText={
                  options.deliveries.length === 0
                    ? say("This hub has no destination that takes reports.")
                    : undefined
                }
              >
                <MenuItem value="">{say("Nowhere: they are kept for download")}</MenuItem>
                {options.deliveries.map((name) => (
                  <MenuItem key={name} value={name}>
                    {name}
                  </MenuItem>
                ))}
              </TextField>
              <FormControlLabel
                label={say("Send the report when all studies are through")}
                control={
                  <Checkbox
                    checked={values.sendOnCompletion}
                    onChange={(_, sendOnCompletion) => set({ sendOnCompletion })}
                  />
                }
              />
              <ScheduleField
                value={values.schedule}
                onChange={(schedule) => set({ schedule })}
                timeZone={options.timeZone}
              />
              <TextField
                label={say("File name")}
                value={values.fileName}
                onChange={(event) => set({ fileName: event.target.value })}
                helperText={say("{group_name}, {report_type} and {date} are filled in.")}
              />
              <TextField
                select
                label={say("A line names its study by")}
                value={values.identifyBy}
                onChange={(event) => set({ identifyBy: event.target.value as Values["identifyBy"] })}
              >
                {Object.entries(IDENTIFIERS).map(([value, words]) => (
                  <MenuItem key={value} value={value}>
                    {say(words)}
                  </MenuItem>
                ))}
              </TextField>
              {values.identifyBy !== "hub-id" && (
                <Alert severity="warning">
                  {say(
                    "The reports will identify patients. Choose it only where all who get them may know that.",
                  )}
                </Alert>
              )}
              <FormControlLabel
                label={say("New studies that come over DICOM join this group")}
                control={
                  <Checkbox checked={values.autoAssign} onChange={(_, autoAssign) => set({ autoAssign })} />
                }
              />
            </>
          )}
          {problem !== "" && <Alert severity="error">{problem}</Alert>}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2 }}>
          <Button onClick={onClose}>{say("Cancel")}</Button>
          <Button type="submit" variant="contained" loading={busy}>
            {group ? say("Save") : say("Create")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

const settingsOf = ({
  name,
  products,
  autoAssign,
  delivery,
  sendOnCompletion,
  ...more
}: GroupInfo): Values => {
  const { schedule, fileName, identifyBy } = more;
  return { name, products, autoAssign, delivery, sendOnCompletion, schedule, fileName, identifyBy };
};
