// What of a destination's settings reaches the sender.
import { expect, test } from "vitest";
import type { DicomPeer, DicomSender } from "../services/dicom-sender.ts";
import { probeArchive } from "./report-destination.ts";

const peer = { host: "archive.example", port: 2762, calledAe: "ARCHIVE", callingAe: "THALAMUS" };

function recorder(): DicomSender & { readonly peers: DicomPeer[] } {
  const peers: DicomPeer[] = [];
  const probe = async (asked: DicomPeer) => {
    peers.push(asked);
    return { ok: true, message: "There." };
  };
  return { peers, probe, echo: async () => 1, store: async () => [] };
}

test("address, titles and TLS, and nothing else of the settings", async () => {
  const sender = recorder();
  const tls = { caFile: "/etc/thalamus/ca.pem", serverName: "archive" };
  const settings = { ...peer, tls, deliverFailures: true };
  await probeArchive(sender, settings, [], new AbortController().signal);
  await probeArchive(sender, { ...peer, ...{ deliverFailures: true } }, [], new AbortController().signal);
  expect(sender.peers).toEqual([{ ...peer, tls }, peer]);
});
