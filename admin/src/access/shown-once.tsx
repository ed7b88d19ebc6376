// A password or a key that was made up: shown this once, to be copied.
import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from "@mui/material";
import { CopyButton, MONO, say } from "@thalamus/sdk/ui";
import { useId } from "react";

export interface ShownOnceProps {
  readonly title: string;
  readonly secret: string;
  readonly onClose: () => void;
}

export function ShownOnce({ title, secret, onClose }: ShownOnceProps) {
  const id = useId();
  return (
    <Dialog open maxWidth="sm" fullWidth aria-labelledby={id}>
      <DialogTitle id={id}>{title}</DialogTitle>
      <DialogContent>
        <Alert severity="warning" sx={{ mb: 2 }}>
          {say("It is shown this once. The hub keeps only a hash of it.")}
        </Alert>
        <Box component="code" sx={{ fontFamily: MONO, overflowWrap: "anywhere" }}>
          {secret}
        </Box>
        <CopyButton text={secret} what={title} />
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={onClose}>
          {say("I have it")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
