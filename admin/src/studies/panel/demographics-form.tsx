// Corrects age or sex of a study that its checks hold, and has them run again.
import { Alert, Box, Button, TextField } from "@mui/material";
import { ApiFault, callApi } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useState } from "react";

export interface DemographicsFormProps {
  readonly studyId: string;
  /** Called when the values are stored. */
  readonly onDone: () => Promise<void>;
}

export function DemographicsForm({ studyId, onDone }: DemographicsFormProps) {
  const [age, setAge] = useState("");
  const [sex, setSex] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const empty = age.trim() === "" && sex === "";
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    const body = {
      ...(age.trim() === "" ? {} : { patientAge: age.trim() }),
      ...(sex === "" ? {} : { patientSex: sex }),
    };
    try {
      await callApi(`/api/studies/${studyId}/demographics`, { method: "POST", body });
      await onDone();
    } catch (fault) {
      setProblem(fault instanceof ApiFault ? fault.message : "The values could not be stored.");
    }
    setBusy(false);
  };
  return (
    <Box
      component="form"
      noValidate
      aria-label="Correct age or sex"
      onSubmit={(event: SyntheticEvent) => void submit(event)}
      sx={{ display: "flex", flexWrap: "wrap", alignItems: "flex-start", gap: 1.5 }}
    >
      <TextField
        size="small"
        label="Patient age"
        helperText="48, 048Y, 6M, or 90+"
        value={age}
        autoFocus
        onChange={(event) => setAge(event.target.value)}
        slotProps={{ htmlInput: { autoComplete: "off", spellCheck: false, maxLength: 16 } }}
      />
      <TextField
        select
        size="small"
        label="Patient sex"
        value={sex}
        onChange={(event) => setSex(event.target.value)}
        slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
      >
        <option value="">As it is</option>
        <option value="F">Female</option>
        <option value="M">Male</option>
      </TextField>
      <Button type="submit" variant="outlined" disabled={empty} loading={busy}>
        Save and run again
      </Button>
      {problem !== "" && (
        <Alert severity="error" sx={{ flexBasis: "100%" }}>
          {problem}
        </Alert>
      )}
    </Box>
  );
}
