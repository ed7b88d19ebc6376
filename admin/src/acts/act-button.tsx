// A button that says why it cannot be used now; it stays in the tab order, so that a keyboard finds out too.
import { Button, type ButtonProps, Tooltip } from "@mui/material";
import { say } from "@thalamus/sdk/ui";

export interface ActButtonProps extends Omit<ButtonProps, "disabled" | "onClick"> {
  /** Why not now; empty when it can be used. */
  readonly whyNot?: string;
  readonly onAct: () => void;
}

export function ActButton({ whyNot = "", onAct, children, ...look }: ActButtonProps) {
  const off = whyNot !== "";
  const button = (
    <Button
      size="small"
      variant="outlined"
      {...look}
      {...(off ? { "aria-disabled": true, disableRipple: true, sx: OFF } : { onClick: onAct })}
    >
      {children}
    </Button>
  );
  if (!off) return button;
  return (
    <Tooltip title={say(whyNot)} describeChild enterTouchDelay={0}>
      {button}
    </Tooltip>
  );
}

const OFF = {
  cursor: "not-allowed",
  color: "text.disabled",
  borderColor: "divider",
  "&:hover": { bgcolor: "transparent", borderColor: "divider" },
} as const;
