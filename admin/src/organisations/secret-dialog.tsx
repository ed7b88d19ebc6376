// Shows the secret of a new key, this once; nothing but its button closes it.
import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from "@mui/material";
import { CopyButton, MONO, say } from "@thalamus/sdk/ui";
import { useId } from "react";
import type { NewKey } from "./new-key-dialog.tsx";

export interface SecretDialogProps {
  readonly made: NewKey;
  readonly onClose: () => void;
}

export function SecretDialog({ made: { key, secret }, onClose }: SecretDialogProps) {
  const id = useId();
  return (
    // a click beside it, or Escape, would lose what nobody can get again
    <Dialog open maxWidth="sm" fullWidth aria-labelledby={id}>
      <DialogTitle id={id}>{say("The key %{name} is made", { name: key.name })}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <Alert severity="warning" variant="outlined">
          {say(
            "Copy the secret now and give it to %{memberName}. You won't see it again: the hub keeps only what it needs to recognise it.",
            { memberName: key.memberName },
          )}
        </Alert>
        <Secret title={say("Secret")} what={say("secret")} text={secret} />
        <Secret title={say("Client id, for OAuth clients")} what={say("client id")} text={key.id} />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button variant="contained" autoFocus onClick={onClose}>
          {say("I have copied it")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Secret({
  title,
  what,
  text,
}: {
  readonly title: string;
  readonly what: string;
  readonly text: string;
}) {
  const id = useId();
  return (
    <Box role="group" aria-labelledby={id}>
      <Box id={id} sx={{ color: "text.secondary", fontSize: "0.8125rem", mb: 0.5 }}>
        {title}
      </Box>
      <Box sx={BOX}>
        <Box
          component="code"
          sx={{ flex: 1, fontFamily: MONO, fontSize: "0.875rem", overflowWrap: "anywhere" }}
        >
          {text}
        </Box>
        <CopyButton text={text} what={what} />
      </Box>
    </Box>
  );
}

const BOX = {
  display: "flex",
  alignItems: "center",
  gap: 1,
  px: 1.5,
  py: 1,
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  bgcolor: "background.default",
  userSelect: "all",
} as const;
