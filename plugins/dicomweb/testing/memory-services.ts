// An intake and an archive in memory, for the contract suite; everything else is tested with a real hub.
import type { Archive, IncomingObject, Intake } from "@thalamus/sdk";

export interface MemoryServices {
  readonly intake: Intake;
  readonly archive: Archive;
  readonly received: readonly IncomingObject[];
}

export function memoryServices(): MemoryServices {
  const received: IncomingObject[] = [];
  const intake: Intake = {
    open: () => ({
      receive: (object) => ({
        write: () => {},
        finish: async () => {
          received.push(object);
          return { outcome: "stored", studyId: "study" };
        },
        abandon: () => {},
      }),
      close: async () => {},
    }),
  };
  const nothing = async () => ({ page: [], beyond: 0 });
  const archive = { studies: nothing, series: nothing, instances: nothing, retrieve: async () => [] };
  return { intake, archive, received };
}
