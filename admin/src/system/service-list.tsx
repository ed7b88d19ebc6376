// what runs, since when, and what is wrong with it.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import WarningAmberOutlined from "@mui/icons-material/WarningAmberOutlined";
import { Box } from "@mui/material";
import { Since, say, sayWith, ToneChip } from "@thalamus/sdk/ui";
import type { SystemInfo } from "../api.gen.ts";
import { LINE, LIST } from "./line-look.ts";

type Service = SystemInfo["services"][number];

export function ServiceList({ services }: { readonly services: readonly Service[] }) {
  return (
    <Box component="ul" aria-label={say("Services")} sx={LIST}>
      {services.map((service) => (
        <ServiceLine key={service.name} service={service} />
      ))}
    </Box>
  );
}

function ServiceLine({ service: { title: name, state, since, message } }: { readonly service: Service }) {
  const title = say(name);
  return (
    <Box component="li" aria-label={title} sx={LINE}>
      <Box component="span" sx={{ fontWeight: 550, overflowWrap: "anywhere" }}>
        {title}
      </Box>
      <StateChip state={state} />
      <Box sx={{ flex: 1 }} />
      {since !== null && (
        <Box component="span" sx={{ color: "text.secondary" }}>
          {sayWith("up %{span}", { span: <Since at={since} /> })}
        </Box>
      )}
      {message !== "" && <Box sx={{ flexBasis: "100%", overflowWrap: "anywhere" }}>{message}</Box>}
    </Box>
  );
}

function StateChip({ state }: Pick<Service, "state">) {
  if (state === "ok") return <ToneChip tone="good" icon={CheckCircleOutlined} word={say("Works")} />;
  if (state === "warning")
    return <ToneChip tone="warning" icon={WarningAmberOutlined} word={say("Look at it")} />;
  return <ToneChip tone="bad" icon={ErrorOutlined} word={say("Does not work")} />;
}
