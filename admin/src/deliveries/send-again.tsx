// The button that has a result delivered once more, to one destination, to some, or to all.
import SendOutlined from "@mui/icons-material/SendOutlined";
import { say, shortId } from "@thalamus/sdk/ui";
import { useState } from "react";
import { ActButton } from "../acts/act-button.tsx";
import { NOT_ALLOWED, useMay } from "../acts/permission.ts";
import { OwnClicks } from "../list/own-clicks.tsx";
import { SendAgainDialog, type SendAgainDialogProps } from "./send-again-dialog.tsx";

export interface SendAgainProps extends Omit<SendAgainDialogProps, "onClose"> {
  readonly label?: string;
  readonly variant?: "outlined" | "text";
}

export function SendAgain({ label = say("Send again"), variant = "outlined", ...ofDialog }: SendAgainProps) {
  const may = useMay();
  const [open, setOpen] = useState(false);
  const { resultId, only } = ofDialog;
  const what = only === undefined ? "" : say(" to %{only}", { only });
  return (
    <OwnClicks>
      <ActButton
        variant={variant}
        startIcon={<SendOutlined />}
        aria-label={say("%{label}: result %{id}%{what}", { label, id: shortId(resultId), what })}
        whyNot={may("deliveries.resend") ? "" : NOT_ALLOWED}
        onAct={() => setOpen(true)}
      >
        {label}
      </ActButton>
      {open && <SendAgainDialog {...ofDialog} onClose={() => setOpen(false)} />}
    </OwnClicks>
  );
}
