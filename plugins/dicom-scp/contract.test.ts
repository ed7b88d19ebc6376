// What every listener does alike.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { IntakeToken } from "@thalamus/sdk";
import { intakeContract, offer } from "@thalamus/sdk/testing/contracts";
import plugin from "./plugin.ts";
import { FolderIntake } from "./testing/folder-intake.ts";
import { RawSender } from "./testing/raw-sender.ts";
import { testObject } from "./testing/test-object.ts";

intakeContract(plugin, {
  folder: import.meta.dirname,
  open: async (scratch) => {
    const received = join(scratch, "received");
    await mkdir(received);
    return {
      settings: { host: "127.0.0.1" },
      portSetting: "port",
      services: [offer(IntakeToken, new FolderIntake(received))],
      send: async ({ port }) => {
        const sender = new RawSender(port);
        await sender.associate();
        sender.store(testObject(1));
        await sender.response();
        await sender.release();
        return ["CANARY-4711", "CANARY^PATIENT"];
      },
    };
  },
});
