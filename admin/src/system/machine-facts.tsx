// processor, memory, swap and disk of this machine, and its database.
import { Box } from "@mui/material";
import { durationWords, fileSize, Since, TimeText } from "@thalamus/sdk/ui";
import { UsageMeter } from "../agents/usage-meter.tsx";
import type { SystemInfo } from "../api.gen.ts";

type Room = SystemInfo["machine"]["disk"];

const free = ({ bytes, freeBytes }: Room): string => `${fileSize(freeBytes)} of ${fileSize(bytes)} free`;
const share = ({ bytes, freeBytes }: Room): number => (bytes > 0 ? 1 - freeBytes / bytes : 0);
const DAY_MS = 86_400_000;

export function MachineFacts({ system: { machine, database, hub, hubs } }: { readonly system: SystemInfo }) {
  const { cores, cpuPercent, memory, swap, disk } = machine;
  const coreWords = cores === 1 ? "1 core" : `${cores} cores`;
  return (
    <Box sx={{ display: "grid", gap: 1.25, p: 2 }}>
      <UsageMeter name="CPU" share={(cpuPercent ?? 0) / 100} words={coreWords} />
      <UsageMeter name="Memory" share={share(memory)} words={free(memory)} />
      {swap && <UsageMeter name="Swap" share={share(swap)} words={free(swap)} />}
      <UsageMeter name="Disk" share={share(disk)} words={free(disk)} />
      <Box sx={SMALL}>{diskWords(machine.diskDaysLeft)}</Box>
      <Box component="dl" sx={FACTS}>
        <dt>Database</dt>
        <dd>
          PostgreSQL {database.version}
          {database.embedded && ", embedded"}, {fileSize(database.bytes)}, answers in{" "}
          {Math.max(1, Math.round(database.answersMs))} ms
        </dd>
        <dt>Connections</dt>
        <dd>
          {database.busy} in use, {database.idle} free
          {database.waiting > 0 && `, ${database.waiting} waiting`}
        </dd>
        <dt>Hub</dt>
        <dd>
          version {hub.version}, {hub.runtime}, Node.js {hub.node}, up <Since at={hub.startedAt} />
        </dd>
        {hubs.length > 1 && (
          <>
            <dt>Other hubs</dt>
            <dd>
              {hubs
                .filter(({ id }) => id !== hub.id)
                .map(({ id, host, version, startedAt }) => (
                  <div key={id}>
                    {host}, version {version}, since <TimeText at={startedAt} />
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
  if (days === null) return "The disk does not fill, or has not been watched for long enough to tell.";
  if (days > 730) return "At this rate the disk lasts for years.";
  return `At this rate the disk is full in ${durationWords(days * DAY_MS)}.`;
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
