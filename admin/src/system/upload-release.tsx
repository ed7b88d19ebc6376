// A release as a file, for hubs that reach no feed. Its signature is checked before a byte of it is kept.
import UploadFileOutlined from "@mui/icons-material/UploadFileOutlined";
import { Alert, Box } from "@mui/material";
import { ApiFault, fileSize, say, sayFault } from "@thalamus/sdk/ui";
import { useRef, useState } from "react";
import { useNotify, useRefresh } from "react-admin";
import { ActButton } from "../acts/act-button.tsx";

export function UploadRelease({ whyNot }: { readonly whyNot: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [sending, setSending] = useState<File>();
  const [problem, setProblem] = useState("");
  const notify = useNotify();
  const refresh = useRefresh();
  const send = async (file: File) => {
    setSending(file);
    setProblem("");
    try {
      const version = await sendRelease(file);
      notify(say("Version %{version} was uploaded.", { version }), { type: "success" });
      refresh();
    } catch (fault) {
      setProblem(fault instanceof ApiFault ? fault.message : say("The file could not be sent. Try again."));
    } finally {
      setSending(undefined);
    }
  };
  return (
    <Box>
      <input
        ref={field}
        type="file"
        accept=".tar"
        hidden
        aria-label={say("Release as a file")}
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file) void send(file);
          target.value = "";
        }}
      />
      <ActButton
        startIcon={<UploadFileOutlined />}
        loading={sending !== undefined}
        whyNot={whyNot}
        onAct={() => field.current?.click()}
      >
        {say("Upload a release")}
      </ActButton>
      <Box component="span" role="status" sx={{ ml: 1.5, color: "text.secondary", fontSize: "0.875rem" }}>
        {sending && say("%{size} on their way.", { size: fileSize(sending.size) })}
      </Box>
      {problem !== "" && (
        <Alert severity="error" sx={{ mt: 1 }}>
          {problem}
        </Alert>
      )}
    </Box>
  );
}

/** @returns its version @throws ApiFault */
async function sendRelease(file: File): Promise<string> {
  const response = await fetch("/api/updates/release", {
    method: "PUT",
    credentials: "same-origin",
    headers: { "content-type": "application/octet-stream" },
    body: file,
  });
  const answer = (await response.json()) as { version: string; code: string; message: string };
  if (!response.ok) throw new ApiFault(response.status, answer.code, sayFault(answer.code, answer.message));
  return answer.version;
}
