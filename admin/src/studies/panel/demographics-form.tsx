// Corrects age or sex of a study that its checks hold, and has them run again.
import { Alert, Box, Button, TextField } from "@mui/material";
import { ApiFault, callApi, say } from "@thalamus/sdk/ui";
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
      setProblem(fault instanceof ApiFault ? fault.message : say("The values could not be stored."));
    }
    setBusy(false);
  };
  return (
    <Box
      component="form"
      noValidate
      aria-label={say("Correct age or sex")}
      onSubmit={(event: SyntheticEvent) => void submit(event)}
      sx={{ display: "flex", flexWrap: "wrap", alignItems: "flex-start", gap: 1.5 }}
    >
      <TextField
        size="small"
        label={say("Patient age")}
        helperText={say("48, 048Y, 6M, or 90+")}
        value={age}
        autoFocus
        onChange={(event) => setAge(event.target.value)}
        slotProps={{ htmlInput: { autoComplete: "off", spellCheck: false, maxLength: 16 } }}
      />
      <TextField
        select
        size="small"
        label={say("Patient sex")}
        value={sex}
        onChange={(event) => setSex(event.target.value)}
        slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
      >
        <option value="">{say("As it is")}</option>
        <option value="F">{say("Female")}</option>
        <option value="M">{say("Male")}</option>
      </TextField>
      <Button type="submit" variant="outlined" disabled={empty} loading={busy}>
        {say("Save and run again")}
      </Button>
      {problem !== "" && (
        <Alert severity="error" sx={{ flexBasis: "100%" }}>
          {problem}
        </Alert>
      )}
    </Box>
  );
}
