import { writeDwiPhantom } from "@thalamus/sdk/testing";
import { createDicomSender } from "./core/dicom/dicom-sender.ts";
const { files } = await writeDwiPhantom("/tmp/rn-hand/phantom", { seed: Number(process.argv[2] ?? 1), matrix: 64, slices: 16, directions: 8 });
await createDicomSender().store({ host: "127.0.0.1", port: 18474, calledAe: "THALAMUS", callingAe: "TESTSCU" }, files, AbortSignal.timeout(60000));
console.log("sent", files.length);
