// What every listener does alike.
import { type InstanceWriter, type Intake, IntakeToken } from "@thalamus/sdk";
import { encodeDataset } from "@thalamus/sdk/dicom";
import { intakeContract, offer } from "@thalamus/sdk/testing/contracts";
import plugin from "./plugin.ts";

const CANARY = "CANARY-4711";
const dataset = encodeDataset({
  SOPClassUID: "1.2.840.10008.5.1.4.1.1.4",
  SOPInstanceUID: "1.2.826.0.1.3680043.10.999.1",
  PatientID: CANARY,
});

const writer: InstanceWriter = {
  write: () => {},
  finish: async () => ({ outcome: "stored", studyId: "study" }),
  abandon: () => {},
};
const intake: Intake = { open: () => ({ receive: () => writer, close: async () => {} }) };

intakeContract(plugin, {
  folder: import.meta.dirname,
  open: () => ({
    portSetting: "port",
    services: [offer(IntakeToken, intake)],
    send: async ({ host, port }) => {
      const uids = "1.2.840.10008.5.1.4.1.1.4/1.2.826.0.1.3680043.10.999.1/1.2.840.10008.1.2.1";
      const response = await fetch(`http://${host}:${port}/${uids}`, { method: "PUT", body: dataset });
      if (response.status !== 200) throw new Error(`the listener answered ${response.status}`);
      return [CANARY];
    },
  }),
});
