// Another certificate by file or paste: looked at first, then used.
import { Alert, Box, Button, TextField, Typography } from "@mui/material";
import { MONO, phrase, say } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useRef, useState } from "react";
import { useAct } from "../acts/act.ts";
import type { CheckCertificateAnswer, UploadCertificateAnswer } from "../api.gen.ts";
import { CertificateFactList } from "./certificate-facts.tsx";

export interface CertificateFormProps {
  readonly https: boolean;
  /** @param until when a browser must have come back over it; undefined: it waits for a start */
  readonly onUsed: (until: Date | undefined) => void;
}

type Texts = Readonly<Record<"certificate" | "key" | "ca", string>>;

const EMPTY: Texts = { certificate: "", key: "", ca: "" };
/** No certificate with its chain is larger. */
const LARGEST = 100_000;

export function CertificateForm({ https, onUsed }: CertificateFormProps) {
  const [texts, setTexts] = useState(EMPTY);
  const [check, setCheck] = useState<CheckCertificateAnswer>();
  const [wrong, setWrong] = useState("");
  const { busy, problem, run } = useAct();
  const change = (name: keyof Texts, text: string) => {
    setTexts({ ...texts, [name]: text });
    setCheck(undefined);
  };
  const { certificate, key, ca } = texts;
  const body = { certificate, key, ...(ca.trim() === "" ? {} : { ca }) };
  const look = (event: SyntheticEvent) => {
    event.preventDefault();
    const lacks = certificate.trim() === "" || key.trim() === "";
    setWrong(lacks ? say("A certificate and its private key are needed.") : "");
    if (lacks) return;
    void run(async (call) => {
      setCheck(await call<CheckCertificateAnswer>("/api/certificate/check", { method: "POST", body }));
      return say("The certificate was looked at. Nothing has changed yet.");
    });
  };
  const use = () =>
    run(async (call) => {
      const { confirmUntil } = await call<UploadCertificateAnswer>("/api/certificate", {
        method: "PUT",
        body,
      });
      setTexts(EMPTY);
      setCheck(undefined);
      onUsed(confirmUntil === undefined ? undefined : new Date(confirmUntil));
      return confirmUntil === undefined
        ? say("The certificate is kept.")
        : say("The certificate is on trial.");
    });
  return (
    <Box component="section" aria-label={say("Another certificate")}>
      <Typography variant="h3" sx={{ mb: 1.5 }}>
        {say("Another certificate")}
      </Typography>
      <Box component="form" noValidate onSubmit={look} sx={{ display: "grid", gap: 2 }}>
        <PemField
          label={say("Certificate")}
          help={phrase("PEM, with its chain if it has one.")}
          value={certificate}
          required
          onText={(text) => change("certificate", text)}
        />
        <PemField
          label={say("Private key")}
          help={phrase("PEM, without a passphrase. It is kept sealed and never shown.")}
          value={key}
          required
          isSecret
          onText={(text) => change("key", text)}
        />
        <PemField
          label={say("Certificates of authorities")}
          help={phrase("PEM: those between it and the root.")}
          value={ca}
          onText={(text) => change("ca", text)}
        />
        {(wrong || problem) !== "" && <Alert severity="error">{wrong || problem}</Alert>}
        <Box>
          <Button type="submit" variant="outlined" loading={busy}>
            {say("Check")}
          </Button>
        </Box>
      </Box>
      <Box role="status" aria-live="polite" sx={{ mt: 2, display: "grid", gap: 1.5 }}>
        {check && <Findings check={check} />}
      </Box>
      {check?.ok && (
        <Button variant="contained" loading={busy} onClick={() => void use()} sx={{ mt: 1.5 }}>
          {https ? say("Use it") : say("Keep it for HTTPS")}
        </Button>
      )}
    </Box>
  );
}

function Findings({ check }: { readonly check: CheckCertificateAnswer }) {
  const { ok, problem, facts, chain, warnings } = check;
  return (
    <>
      <Alert severity={ok ? "success" : "error"} variant="outlined">
        {ok ? say("It fits its key, is in its time, and its chain holds.") : problem}
      </Alert>
      {warnings.map((warning) => (
        <Alert key={warning} severity="warning" variant="outlined">
          {warning}
        </Alert>
      ))}
      {facts && <CertificateFactList label={say("What it says")} facts={facts} />}
      {chain.length > 1 && (
        <Typography variant="body2" sx={{ overflowWrap: "anywhere" }}>
          {say("Chain: %{chain}", { chain: chain.join(" → ") })}
        </Typography>
      )}
    </>
  );
}

interface PemFieldProps {
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly required?: boolean;
  readonly isSecret?: boolean;
  readonly onText: (text: string) => void;
}

function PemField({ label, help, value, required = false, isSecret = false, onText }: PemFieldProps) {
  const [refused, setRefused] = useState("");
  const picker = useRef<HTMLInputElement>(null);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setRefused(file.size > LARGEST ? say("%{name} is too large for a PEM file.", { name: file.name }) : "");
    if (file.size <= LARGEST) onText(await file.text());
  };
  return (
    <Box sx={{ display: "grid", gap: 0.5 }}>
      <TextField
        label={label}
        required={required}
        multiline
        minRows={3}
        maxRows={8}
        fullWidth
        size="small"
        value={value}
        error={refused !== ""}
        helperText={refused || say(help)}
        onChange={(event) => onText(event.target.value)}
        slotProps={{
          htmlInput: {
            maxLength: LARGEST,
            autoComplete: "off",
            spellCheck: false,
            // what stands there is not read over a shoulder
            style: {
              fontFamily: MONO,
              fontSize: "0.75rem",
              ...(isSecret ? { WebkitTextSecurity: "disc" } : {}),
            },
          },
        }}
      />
      <Box>
        <Button
          size="small"
          aria-label={say("Choose a file: %{label}", { label })}
          onClick={() => picker.current?.click()}
        >
          {say("Choose a file")}
        </Button>
        <input
          ref={picker}
          type="file"
          hidden
          aria-label={`${say("File")}: ${label}`}
          accept=".pem,.crt,.cer,.key"
          onChange={({ target }) => {
            void take(target.files?.[0]);
            target.value = "";
          }}
        />
      </Box>
    </Box>
  );
}
