// What is sent and what is said about it: drop zone and the values that go before those of the images.
import CloudUploadOutlined from "@mui/icons-material/CloudUploadOutlined";
import {
  Alert,
  Box,
  Button,
  Checkbox,
  FormControlLabel,
  Link,
  Stack,
  TextField,
  Typography,
} from "@mui/material";
import { ApiFault, fileSize, phrase, say } from "@thalamus/sdk/ui";
import { type DragEvent, type SyntheticEvent, useId, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import type { GetUploadOptionsAnswer } from "../api.gen.ts";
import { type ChosenUpload, chosenUpload, filesDropped, filesOf } from "./chosen-files.ts";
import { GroupChoice } from "./group-choice.tsx";

export interface UploadFormProps {
  readonly options: GetUploadOptionsAnswer;
  /** Asked with what was chosen; true when it was taken, because it goes on with an old upload. */
  readonly onChosen: (chosen: ChosenUpload) => boolean;
  readonly onStart: (chosen: ChosenUpload, form: object) => Promise<void>;
}

const FIELDS = [
  { name: "studyName", label: phrase("Study name"), help: phrase("5 to 50 letters, digits, spaces, / : -") },
  { name: "accessionNumber", label: phrase("Accession number"), help: phrase("Up to 16 characters") },
  { name: "patientAge", label: phrase("Patient age"), help: phrase("48, 048Y, 6M, or 90+") },
] as const;
type FieldName = (typeof FIELDS)[number]["name"] | "patientSex";

const NOTHING: Readonly<Record<FieldName, string>> = {
  studyName: "",
  accessionNumber: "",
  patientAge: "",
  patientSex: "",
};

export function UploadForm({ options, onChosen, onStart }: UploadFormProps) {
  const [chosen, setChosen] = useState<ChosenUpload>();
  const [values, setValues] = useState(NOTHING);
  const [products, setProducts] = useState<readonly string[]>([]);
  const [asked] = useSearchParams();
  const [group, setGroup] = useState({ id: asked.get("group") ?? "", archives: false });
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const set = (name: FieldName, value: string) => setValues({ ...values, [name]: value });
  const take = (files: Parameters<typeof chosenUpload>[0]) => {
    const found = chosenUpload(files);
    setProblem(found && found.blob.size > options.largestBytes ? tooLarge(options.largestBytes) : "");
    if (!found || !onChosen(found)) setChosen(found);
  };
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (!chosen) return setProblem(say("Choose a folder, an archive or files first."));
    if (chosen.blob.size > options.largestBytes) return setProblem(tooLarge(options.largestBytes));
    setBusy(true);
    const given = Object.entries(values).map(([name, value]) => [name, value.trim()]);
    const form = group.archives ? {} : Object.fromEntries(given.filter(([, value]) => value !== ""));
    await onStart(chosen, { ...form, ...joining(group, products) }).catch((fault: unknown) => {
      setProblem(fault instanceof ApiFault ? wordsOf(fault) : say("The upload could not begin."));
    });
    setBusy(false);
  };
  return (
    <Stack component="form" noValidate spacing={2.5} onSubmit={(event: SyntheticEvent) => void submit(event)}>
      <DropZone chosen={chosen} largestBytes={options.largestBytes} onFiles={take} />
      {problem !== "" && <Alert severity="error">{problem}</Alert>}
      <GroupChoice
        groupId={group.id}
        archives={group.archives}
        onChange={(id, archives) => setGroup({ id, archives })}
      />
      <Box sx={{ ...GRID, display: group.archives ? "none" : "grid" }}>
        {FIELDS.map(({ name, label, help }) => (
          <TextField
            key={name}
            label={say("%{label} (optional)", { label: say(label) })}
            helperText={say(help)}
            value={values[name]}
            onChange={(event) => set(name, event.target.value)}
            slotProps={{ htmlInput: { autoComplete: "off", spellCheck: false } }}
          />
        ))}
        <TextField
          select
          label={say("Patient sex (optional)")}
          value={values.patientSex}
          onChange={(event) => set("patientSex", event.target.value)}
          slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
        >
          <option value="">{say("As in the images")}</option>
          <option value="F">{say("Female")}</option>
          <option value="M">{say("Male")}</option>
        </TextField>
      </Box>
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        {say("What you fill in counts more than a JSON sidecar, and a sidecar more than the images.")}
        {options.requireDemographics && say(" Age and sex must stand in one of the three.")}{" "}
        <Link href="/api/uploads/sidecar-template" download="sidecar.json">
          {say("Download a sidecar to fill in")}
        </Link>
      </Typography>
      <WhatMayBeSent keepHours={options.keepHours} />
      {options.specificationUrl !== null && <Specification address={options.specificationUrl} />}
      {options.products.length > 0 && group.id === "" && (
        <Products all={options.products} chosen={products} onChange={setProducts} />
      )}
      <Box>
        <Button type="submit" variant="contained" size="large" loading={busy}>
          {say("Upload")}
        </Button>
      </Box>
    </Stack>
  );
}

/** The products of a group go with it. */
function joining(
  group: { readonly id: string; readonly archives: boolean },
  products: readonly string[],
): object {
  if (group.id === "") return products.length > 0 ? { products } : {};
  return { groupId: group.id, ...(group.archives ? { studyArchives: true } : {}) };
}

const tooLarge = (largest: number) =>
  say("That is more than %{size}. Split it into several uploads.", { size: fileSize(largest) });

/** The hub names the field of a form it refuses by its path. */
function wordsOf(fault: ApiFault): string {
  if (fault.code !== "api.invalid") return fault.message;
  const field = FIELDS.find(({ name }) => fault.message.includes(name));
  return field ? `${say(field.label)}: ${say(field.help)}.` : fault.message;
}

/** The rules at hand, for those who have no time for a manual. */
function WhatMayBeSent({ keepHours }: { readonly keepHours: number }) {
  return (
    <Box component="details" sx={{ color: "text.secondary", fontSize: "0.875rem" }}>
      <Box component="summary" sx={{ cursor: "pointer" }}>
        {say("What may be in an upload")}
      </Box>
      <Box component="ul" sx={{ pl: 2.5, my: 1 }}>
        <li>
          {say("A folder, a ZIP, a TAR or TAR.GZ, or single files. No archive in an archive, no password.")}
        </li>
        <li>{say("DICOM objects of one study or of several, with or without a JSON sidecar.")}</li>
        <li>
          {say(
            "Or NIfTI-1: each .nii or .nii.gz with a .bvec, a .bval and a .json of the same name. Not both in one upload.",
          )}
        </li>
        <li>
          {say(
            "A sidecar says PatientAge (048Y or 48), PatientSex (M or F) and perhaps AccessionNumber. It and the form speak of one patient, so they go with one study.",
          )}
        </li>
        <li>
          {say(
            "System files such as .DS_Store and DICOMDIR are passed by. Other files are left out and told.",
          )}
        </li>
        <li>{say("An upload that is not finished is kept for %{keepHours} hours.", { keepHours })}</li>
      </Box>
    </Box>
  );
}

/** what the site's products need of the images is for the site to say. */
function Specification({ address }: { readonly address: string }) {
  return (
    <Typography variant="body2">
      <Link href={address} target="_blank" rel="noopener noreferrer">
        {say("Which images are needed (opens in a new tab)")}
      </Link>
    </Typography>
  );
}

interface DropZoneProps {
  readonly chosen: ChosenUpload | undefined;
  readonly largestBytes: number;
  readonly onFiles: (files: Parameters<typeof chosenUpload>[0]) => void;
}

function DropZone({ chosen, largestBytes, onFiles }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const folder = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const words = useId();
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void filesDropped(event.dataTransfer.items).then(onFiles);
  };
  const hover = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <Box
      role="group"
      aria-labelledby={words}
      onDragOver={hover}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      sx={{ ...ZONE, borderColor: over ? "primary.main" : "divider" }}
    >
      <CloudUploadOutlined color="primary" sx={{ fontSize: 40 }} />
      <Typography id={words} aria-live="polite" sx={{ fontWeight: 600 }}>
        {chosen
          ? say("Chosen: %{words}, %{size}", { words: chosen.words, size: fileSize(chosen.blob.size) })
          : say("Drop a folder, a ZIP or files here")}
      </Typography>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, justifyContent: "center", my: 1 }}>
        <Button variant="outlined" onClick={() => folder.current?.click()}>
          {say("Choose folder")}
        </Button>
        <Button variant="outlined" onClick={() => files.current?.click()}>
          {say("Choose ZIP or files")}
        </Button>
      </Box>
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        {say(
          "DICOM, or NIfTI with .bvec, .bval and a JSON sidecar; up to %{size}. Nothing is sent before you press Upload.",
          { size: fileSize(largestBytes) },
        )}
      </Typography>
      <input
        ref={folder}
        hidden
        type="file"
        multiple
        aria-label={say("Folder")}
        onChange={(event) => onFiles(filesOf(event.target.files))}
        {...{ webkitdirectory: "" }}
      />
      <input
        ref={files}
        hidden
        type="file"
        multiple
        aria-label={say("ZIP or files")}
        onChange={(event) => onFiles(filesOf(event.target.files))}
      />
    </Box>
  );
}

interface ProductsProps {
  readonly all: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

function Products({ all, chosen, onChange }: ProductsProps) {
  const toggle = (product: string, on: boolean) =>
    onChange(on ? [...chosen, product] : chosen.filter((one) => one !== product));
  return (
    <Box component="fieldset" sx={{ border: 0, m: 0, p: 0 }}>
      <Typography component="legend" sx={{ fontWeight: 600 }}>
        {say("Products")}
      </Typography>
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        {say("None chosen: what this hub runs by default.")}
      </Typography>
      {all.map((product) => (
        <FormControlLabel
          key={product}
          label={product}
          control={<Checkbox checked={chosen.includes(product)} onChange={(_, on) => toggle(product, on)} />}
        />
      ))}
    </Box>
  );
}

const GRID = { display: "grid", gap: 2, gridTemplateColumns: { xs: "1fr", sm: "1fr 1fr" } } as const;

const ZONE = {
  border: 2,
  borderStyle: "dashed",
  borderRadius: 2,
  p: { xs: 2, sm: 3 },
  textAlign: "center",
} as const;
