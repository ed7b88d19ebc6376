// The list of keys, with the switch that turns them off.
import {
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
  Switch,
} from "@mui/material";
import { MONO, phrase, say } from "@thalamus/sdk/ui";
import { useIsCloud } from "./cloud-page.tsx";

const KEYS = [
  ["/", phrase("Go to the filter")],
  ["g s", phrase("Studies")],
  ["g r", phrase("Results")],
  ["g g", phrase("Groups")],
  ["g d", phrase("Deliveries")],
  ["g o", phrase("Organisations")],
  ["g a", phrase("Agents")],
  ["g l", phrase("Logs")],
  ["g n", phrase("Notifications")],
  ["g h", phrase("Housekeeping")],
  ["g y", phrase("System")],
  ["g t", phrase("Settings")],
  ["u", phrase("Upload")],
  ["j", phrase("The next row of the list")],
  ["k", phrase("The row before")],
  ["Enter", phrase("Open the row")],
  ["x", phrase("Choose the row, or leave it out again")],
  [".", phrase("More: what can be done about the row")],
  ["q", phrase("Quality checks of the study")],
  ["p", phrase("Its report")],
  ["i", phrase("Information about it")],
  ["+ -", phrase("Larger or smaller pages of a PDF")],
  ["0", phrase("As wide as there is room")],
  ["n", phrase("The next page of the PDF")],
  ["b", phrase("The page before")],
  ["r", phrase("Refresh")],
  ["h", phrase("Hide all revealed patient data")],
  ["d", phrase("Dark or light mode")],
  ["Esc", phrase("Close the panel")],
  ["?", phrase("This help")],
] as const;

/** Keys of pages that only a cloud has. */
const CLOUD_KEYS: readonly string[] = ["g o", "g a"];

export interface ShortcutHelpProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly enabled: boolean;
  readonly onEnable: (enabled: boolean) => void;
}

export function ShortcutHelp({ open, onClose, enabled, onEnable }: ShortcutHelpProps) {
  const isCloud = useIsCloud() ?? false;
  const shown = KEYS.filter(([keys]) => isCloud || !CLOUD_KEYS.includes(keys));
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby="shortcut-help" maxWidth="xs" fullWidth>
      <DialogTitle id="shortcut-help">{say("Keyboard")}</DialogTitle>
      <DialogContent>
        <Box
          component="dl"
          sx={{ display: "grid", gridTemplateColumns: "auto 1fr", gap: "10px 20px", m: 0, mb: 2 }}
        >
          {shown.map(([keys, what]) => (
            <Box key={keys} sx={{ display: "contents" }}>
              <Box component="dt" sx={{ display: "flex", gap: 0.5, opacity: enabled ? 1 : 0.5 }}>
                {keys.split(" ").map((key) => (
                  <Box key={key} component="kbd" sx={KEY}>
                    {key}
                  </Box>
                ))}
              </Box>
              <Box component="dd" sx={{ m: 0 }}>
                {say(what)}
              </Box>
            </Box>
          ))}
        </Box>
        <FormControlLabel
          control={<Switch checked={enabled} onChange={(_, on) => onEnable(on)} />}
          label={say("Single keys switched on")}
        />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{say("Close")}</Button>
      </DialogActions>
    </Dialog>
  );
}

const KEY = {
  fontFamily: MONO,
  fontSize: "0.8125rem",
  px: 0.75,
  borderRadius: 1,
  border: 1,
  borderBottomWidth: 2,
  borderColor: "divider",
  bgcolor: "background.default",
} as const;
