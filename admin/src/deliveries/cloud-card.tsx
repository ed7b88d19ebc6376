// One cloud: its orders in numbers, why some of them wait, its test, and what else it can be had to do.
import NetworkCheckOutlined from "@mui/icons-material/NetworkCheckOutlined";
import { Alert, Box, Typography } from "@mui/material";
import { ApiFault, say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useAct } from "../acts/act.ts";
import { ActButton } from "../acts/act-button.tsx";
import { NOT_ALLOWED, useMay } from "../acts/permission.ts";
import type { CloudView, RunCloudActionAnswer } from "../api.gen.ts";
import { ProbeDialog } from "../probe/probe-dialog.tsx";
import { Count } from "./lane-counts.tsx";

export function CloudCard({ cloud }: { readonly cloud: CloudView }) {
  const { name, title, sending, inCloud, failed, troubles, canTest, actions } = cloud;
  const whyNot = useMay()("clouds.control") ? "" : NOT_ALLOWED;
  const [isTesting, setTesting] = useState(false);
  return (
    <Box component="li" aria-label={name} sx={CARD}>
      <Box>
        <Typography variant="h2" sx={{ overflowWrap: "anywhere" }}>
          {name}
        </Typography>
        <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>{say(title)}</Box>
      </Box>
      <Box component="dl" sx={{ display: "grid", gridTemplateColumns: "repeat(3, 1fr)", gap: 1, m: 0 }}>
        <Count word={say("To be sent")} count={sending} tone="neutral" />
        <Count word={say("In the cloud")} count={inCloud} tone="neutral" />
        <Count word={say("Failed")} count={failed} tone="bad" />
      </Box>
      {troubles.map(({ code, message, orders }) => (
        <Alert key={code} severity="warning" variant="outlined" icon={false} sx={{ py: 0.25 }}>
          {say("One order waits: |||| %{count} orders wait:", { count: orders })} {message}{" "}
          <Box component="code" sx={{ color: "text.secondary" }}>
            {code}
          </Box>
        </Alert>
      ))}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, mt: "auto" }}>
        {canTest && (
          <ActButton
            startIcon={<NetworkCheckOutlined />}
            aria-label={say("Test %{name}", { name })}
            whyNot={whyNot}
            onAct={() => setTesting(true)}
          >
            {say("Test")}
          </ActButton>
        )}
        {actions.map((action) => (
          <CloudAction key={action.name} cloud={name} action={action} whyNot={whyNot} />
        ))}
      </Box>
      {isTesting && <ProbeDialog name={name} onClose={() => setTesting(false)} />}
    </Box>
  );
}

interface CloudActionProps {
  readonly cloud: string;
  readonly action: CloudView["actions"][number];
  readonly whyNot: string;
}

/** A button of the plugin; what came of it is said below. */
function CloudAction({ cloud, action, whyNot }: CloudActionProps) {
  const { busy, problem, run } = useAct();
  const act = () =>
    run(async (call) => {
      const address = `/api/clouds/${encodeURIComponent(cloud)}/actions/${encodeURIComponent(action.name)}`;
      const { ok, message } = await call<RunCloudActionAnswer>(address, { method: "POST" });
      if (!ok) throw new ApiFault(OK, "cloud.action", message);
      return message;
    });
  return (
    <>
      <ActButton
        aria-label={`${say(action.title)}: ${cloud}`}
        loading={busy}
        whyNot={whyNot}
        onAct={() => void act()}
      >
        {say(action.title)}
      </ActButton>
      {problem !== "" && (
        <Alert severity="error" sx={{ flexBasis: "100%" }}>
          {problem}
        </Alert>
      )}
    </>
  );
}

/** The hub did as it was told; it is the cloud that did not. */
const OK = 200;

const CARD = {
  display: "flex",
  flexDirection: "column",
  gap: 1.5,
  p: 2,
  border: 1,
  borderColor: "divider",
  borderRadius: 1.5,
  minWidth: 0,
} as const;
