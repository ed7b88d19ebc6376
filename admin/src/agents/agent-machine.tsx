// processor, memory and disk of an agent's machine, if its site lets it tell.
import { Box } from "@mui/material";
import { fileSize, say } from "@thalamus/sdk/ui";
import type { Heartbeat } from "../api.gen.ts";
import { shareUsed } from "./agent-words.ts";
import { NotShared } from "./not-shared.tsx";
import { UsageMeter } from "./usage-meter.tsx";

const free = (bytes: number, total: number): string =>
  say("%{free} of %{all} free", { free: fileSize(bytes), all: fileSize(total) });
const speed = (bytes: number | null): string => (bytes === null ? say("unknown") : `${fileSize(bytes)}/s`);

export function AgentMachine({ machine }: { readonly machine: Heartbeat["machine"] }) {
  if (!machine) return <NotShared what={say("CPU, memory and disk")} />;
  const { cpu_cores: cores, cpu_load: load, memory_bytes: memory, disk_bytes: disk } = machine;
  const { memory_available_bytes: freeMemory, disk_free_bytes: freeDisk } = machine;
  return (
    <Box sx={{ display: "grid", gap: 1.25 }}>
      <UsageMeter
        name="CPU"
        share={load}
        words={say("%{count} core |||| %{count} cores", { count: cores })}
      />
      <UsageMeter
        name={say("Memory")}
        share={shareUsed(memory, freeMemory)}
        words={free(freeMemory, memory)}
      />
      <UsageMeter name={say("Disk")} share={shareUsed(disk, freeDisk)} words={free(freeDisk, disk)} />
      <Box sx={{ fontSize: "0.8125rem", color: "text.secondary" }}>
        {say("Disk reads %{reads}, writes %{writes}", {
          reads: speed(machine.disk_read_bytes_per_second),
          writes: speed(machine.disk_write_bytes_per_second),
        })}
      </Box>
    </Box>
  );
}
