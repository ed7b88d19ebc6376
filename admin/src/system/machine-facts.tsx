// processor, memory, swap and disk of this machine, and its database.
import { Box } from "@mui/material";
import { durationWords, fileSize, Since, say, sayWith, TimeText } from "@thalamus/sdk/ui";
import { UsageMeter } from "../agents/usage-meter.tsx";
import type { SystemInfo } from "../api.gen.ts";

type Room = SystemInfo["machine"]["disk"];

const free = ({ bytes, freeBytes }: Room): string =>
  say("%{free} of %{all} free", { free: fileSize(freeBytes), all: fileSize(bytes) });
const share = ({ bytes, freeBytes }: Room): number => (bytes > 0 ? 1 - freeBytes / bytes : 0);
const DAY_MS = 86_400_000;

export function MachineFacts({ system: { machine, database, hub, hubs } }: { readonly system: SystemInfo }) {
  const { cores, cpuPercent, memory, swap, disk } = machine;
  const coreWords = say("%{count} core |||| %{count} cores", { count: cores });
  return (
    <Box sx={{ display: "grid", gap: 1.25, p: 2 }}>
      <UsageMeter name="CPU" share={(cpuPercent ?? 0) / 100} words={coreWords} />
      <UsageMeter name={say("Memory")} share={share(memory)} words={free(memory)} />
      {swap && <UsageMeter name={say("Swap")} share={share(swap)} words={free(swap)} />}
      <UsageMeter name={say("Disk")} share={share(disk)} words={free(disk)} />
      <Box sx={SMALL}>{diskWords(machine.diskDaysLeft)}</Box>
      <Box component="dl" sx={FACTS}>
        <dt>{say("Database")}</dt>
        <dd>
          PostgreSQL {database.version}
          {database.embedded && say(", embedded")}
          {say(", %{size}, answers in %{ms} ms", {
            size: fileSize(database.bytes),
            ms: Math.max(1, Math.round(database.answersMs)),
          })}
        </dd>
        <dt>{say("Connections")}</dt>
        <dd>
          {say("%{busy} in use, %{idle} free", { busy: database.busy, idle: database.idle })}
          {database.waiting > 0 && say(", %{waiting} waiting", { waiting: database.waiting })}
        </dd>
        <dt>{say("Hub")}</dt>
        <dd>
          {sayWith("Version %{version}, %{runtime}, Node.js %{node}, up %{span}", {
            version: hub.version,
            runtime: hub.runtime,
            node: hub.node,
            span: <Since at={hub.startedAt} />,
          })}
        </dd>
        {hubs.length > 1 && (
          <>
            <dt>{say("Other hubs")}</dt>
            <dd>
              {hubs
                .filter(({ id }) => id !== hub.id)
                .map(({ id, host, version, startedAt }) => (
                  <div key={id}>
                    {sayWith("%{host}, version %{version}, since %{time}", {
                      host,
                      version,
                      time: <TimeText at={startedAt} />,
                    })}
                  </div>
                ))}
            </dd>
          </>
        )}
      </Box>
    </Box>
  );
}

function diskWords(days: number | null): string {
  if (days === null) return say("The disk does not fill, or has not been watched for long enough to tell.");
  if (days > 730) return say("At this rate the disk lasts for years.");
  return say("At this rate the disk is full in %{span}.", { span: durationWords(days * DAY_MS) });
}

const SMALL = { fontSize: "0.8125rem", color: "text.secondary" } as const;

const FACTS = {
  display: "grid",
  gridTemplateColumns: { xs: "1fr", sm: "auto 1fr" },
  gap: "4px 16px",
  m: 0,
  mt: 0.5,
  fontSize: "0.875rem",
  "& dt": { color: "text.secondary" },
  "& dd": { m: 0, overflowWrap: "anywhere" },
} as const;
