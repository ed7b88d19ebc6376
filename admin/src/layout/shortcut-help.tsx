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
import { MONO } from "@thalamus/sdk/ui";
import { useIsCloud } from "./cloud-page.tsx";

const KEYS = [
  ["/", "Go to the filter"],
  ["g s", "Studies"],
  ["g r", "Results"],
  ["g g", "Groups"],
  ["g d", "Deliveries"],
  ["g o", "Organisations"],
  ["g a", "Agents"],
  ["g l", "Logs"],
  ["g n", "Notifications"],
  ["g h", "Housekeeping"],
  ["g y", "System"],
  ["g t", "Settings"],
  ["u", "Upload"],
  ["j", "The next row of the list"],
  ["k", "The row before"],
  ["Enter", "Open the row"],
  ["x", "Choose the row, or leave it out again"],
  [".", "More: what can be done about the row"],
  ["q", "Quality checks of the study"],
  ["p", "Its report"],
  ["i", "Information about it"],
  ["+ -", "Larger or smaller pages of a PDF"],
  ["0", "As wide as there is room"],
  ["n", "The next page of the PDF"],
  ["b", "The page before"],
  ["r", "Refresh"],
  ["h", "Hide all revealed patient data"],
  ["d", "Dark or light mode"],
  ["Esc", "Close the panel"],
  ["?", "This help"],
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
      <DialogTitle id="shortcut-help">Keyboard</DialogTitle>
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
                {what}
              </Box>
            </Box>
          ))}
        </Box>
        <FormControlLabel
          control={<Switch checked={enabled} onChange={(_, on) => onEnable(on)} />}
          label="Single keys switched on"
        />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
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
