// One agent: how it is, what it says of itself, and what its site keeps to itself.
import { Box, Button, Link, TextField, Typography } from "@mui/material";
import { ShortId, Since, say, sayWith, shortId, TimeText, ToneChip } from "@thalamus/sdk/ui";
import { useState } from "react";
import { Link as RouterLink } from "react-router";
import { ActButton } from "../acts/act-button.tsx";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import { FormDialog } from "../acts/form-dialog.tsx";
import type { AgentInfo } from "../api.gen.ts";
import { AgentMachine } from "./agent-machine.tsx";
import { AgentOrders } from "./agent-orders.tsx";
import { AgentServices } from "./agent-services.tsx";
import { RUNTIME_WORDS, STATE_CHIPS } from "./agent-words.ts";

export function AgentCard({ agent }: { readonly agent: AgentInfo }) {
  const { agentId, name, organisation, state, receivedAt, heartbeat } = agent;
  const { runtime, machine, orders, health } = heartbeat;
  const [open, setOpen] = useState<"name" | "forget">();
  const close = () => setOpen(undefined);
  const called = name === "" ? say("Agent %{agentId}", { agentId: shortId(agentId) }) : name;
  return (
    <Box component="li" aria-label={called} sx={CARD}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "start", gap: 1 }}>
        <Box sx={{ flex: "1 1 150px", minWidth: 0 }}>
          <Typography variant="h2" sx={{ overflowWrap: "anywhere" }}>
            {called}
          </Typography>
          <Box sx={{ ...SMALL, display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0 10px" }}>
            <Link component={RouterLink} to={`/organisations/${organisation.id}`} color="inherit">
              {organisation.name}
            </Link>
            <ShortId id={agentId} what={say("agent id")} />
          </Box>
        </Box>
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.75 }}>
          {STATE_CHIPS[state].map((chip) => (
            <ToneChip key={chip.word} {...chip} />
          ))}
        </Box>
      </Box>
      <Box sx={{ ...SMALL, display: "flex", flexWrap: "wrap", gap: "2px 16px" }}>
        <span>{sayWith("Last heartbeat %{span} ago", { span: <Since at={receivedAt} /> })}</span>
        <span>
          {say("Version %{version}, %{runtime}", {
            version: runtime.version,
            runtime: say(RUNTIME_WORDS[runtime.type]),
          })}
        </span>
        <span>{sayWith("Started %{time}", { time: <TimeText at={runtime.started_at} /> })}</span>
      </Box>
      <AgentOrders orders={orders} />
      <AgentMachine machine={machine} />
      <AgentServices name={called} health={health} />
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, mt: "auto" }}>
        <ActButton aria-label={say("Rename %{called}", { called })} onAct={() => setOpen("name")}>
          {say("Rename")}
        </ActButton>
        <Button
          size="small"
          color="error"
          aria-label={say("Forget %{called}", { called })}
          onClick={() => setOpen("forget")}
        >
          {say("Forget")}
        </Button>
      </Box>
      {open === "name" && <NameDialog agent={agent} onClose={close} />}
      {open === "forget" && <ForgetDialog agent={agent} called={called} onClose={close} />}
    </Box>
  );
}

interface AgentDialogProps {
  readonly agent: AgentInfo;
  readonly onClose: () => void;
}

function NameDialog({ agent: { id, agentId, name: before }, onClose }: AgentDialogProps) {
  const [name, setName] = useState(before);
  return (
    <FormDialog
      title={say("Name of agent %{agentId}", { agentId: shortId(agentId) })}
      verb={say("Save")}
      wrong={() => ""}
      act={async (call) => {
        await call(`/api/agents/${id}`, { method: "PATCH", body: { name: name.trim() } });
        return name.trim() === ""
          ? say("It has no name now.")
          : say("It is called %{name} now.", { name: name.trim() });
      }}
      onClose={onClose}
    >
      <TextField
        label={say("Name")}
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
        helperText={say("Seen here only. Empty: it is called by its id.")}
        slotProps={{ htmlInput: { maxLength: 100, autoComplete: "off" } }}
      />
    </FormDialog>
  );
}

function ForgetDialog({ agent: { id }, called, onClose }: AgentDialogProps & { readonly called: string }) {
  return (
    <ConfirmDialog
      title={say("Forget %{called}?", { called })}
      verb={say("Forget")}
      tone="warning"
      act={() => async (call) => {
        await call(`/api/agents/${id}`, { method: "DELETE" });
        return say("%{called} is forgotten.", { called });
      }}
      onClose={onClose}
    >
      <Typography>
        {say(
          "It leaves this list, and its name goes. If it still sends heartbeats it is back with the next one: to keep it out, revoke its key.",
        )}
      </Typography>
    </ConfirmDialog>
  );
}

const SMALL = { color: "text.secondary", fontSize: "0.8125rem" } as const;

const CARD = {
  display: "flex",
  flexDirection: "column",
  gap: 1.5,
  p: 2,
  border: 1,
  borderColor: "divider",
  borderRadius: 1.5,
  bgcolor: "background.paper",
  minWidth: 0,
} as const;
