// the services of an agent and its database, opened on demand, if its site lets it tell.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import ExpandMoreOutlined from "@mui/icons-material/ExpandMoreOutlined";
import { Box, Button, Collapse } from "@mui/material";
import { durationWords, say, ToneChip } from "@thalamus/sdk/ui";
import { useId, useState } from "react";
import type { Heartbeat } from "../api.gen.ts";
import { NotShared } from "./not-shared.tsx";

export interface AgentServicesProps {
  /** Of the agent, for the button. */
  readonly name: string;
  readonly health: Heartbeat["health"];
}

export function AgentServices({ name, health }: AgentServicesProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  if (!health) return <NotShared what={say("Services")} />;
  const { services, database } = health;
  const broken = services.filter(({ ok }) => !ok).length + (database ? 0 : 1);
  const all = say("%{count} service |||| %{count} services", { count: services.length });
  const words = broken > 0 ? say("%{all}, %{broken} not working", { all, broken }) : all;
  return (
    <Box>
      <Button
        size="small"
        aria-expanded={open}
        aria-controls={id}
        aria-label={`${words}: ${name}`}
        endIcon={
          <ExpandMoreOutlined
            sx={{ transform: open ? "rotate(180deg)" : "none", transition: "transform 150ms" }}
          />
        }
        onClick={() => setOpen(!open)}
        sx={{ ml: -0.5 }}
      >
        {words}
      </Button>
      <Collapse in={open} id={id}>
        <Box
          component="ul"
          aria-label={say("Services of %{name}", { name })}
          sx={{ listStyle: "none", m: 0, p: 0, pt: 0.5 }}
        >
          <Service name={say("Database")} ok={database} />
          {services.map((service, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: nothing keeps two of them from having one name
            <Service key={place} name={service.name} ok={service.ok} uptimeSeconds={service.uptime_seconds} />
          ))}
        </Box>
      </Collapse>
    </Box>
  );
}

interface ServiceProps {
  readonly name: string;
  readonly ok: boolean;
  readonly uptimeSeconds?: number;
}

function Service({ name, ok, uptimeSeconds }: ServiceProps) {
  return (
    <Box component="li" sx={LINE}>
      <Box component="span" sx={{ flex: 1, minWidth: 0, overflowWrap: "anywhere" }}>
        {name}
      </Box>
      {uptimeSeconds !== undefined && (
        <Box component="span" sx={{ color: "text.secondary" }}>
          {say("up %{span}", { span: durationWords(uptimeSeconds * 1000) })}
        </Box>
      )}
      {ok ? (
        <ToneChip tone="good" icon={CheckCircleOutlined} word={say("Works")} />
      ) : (
        <ToneChip tone="bad" icon={ErrorOutlined} word={say("Does not work")} />
      )}
    </Box>
  );
}

const LINE = { display: "flex", alignItems: "center", gap: 1.5, py: 0.5, fontSize: "0.8125rem" } as const;
