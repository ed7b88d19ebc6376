// Before an association: connections that never ask for one, and bytes that are no request.
import { once } from "node:events";
import { connect } from "node:net";
import { PduType } from "@thalamus/sdk/dicom/net";
import { dataPdu } from "../../../../plugins/dicom-scp/testing/raw-sender.ts";
import type { Attack } from "../attack.ts";
import { noise } from "../noise.ts";
import { pdu, request } from "../wire.ts";

const LENGTHS = [0, 1, 5, 67, 65_537, 0x7fffffff, 0xffffffff];
const NO_TYPES = [0x00, 0x08, 0x09, 0x7f, 0x80, 0xff];

export const OPENING: readonly Attack[] = [
  ...NO_TYPES.map(
    (type): Attack => ({
      name: `a PDU of type 0x${type.toString(16).padStart(2, "0")}`,
      opening: pdu(type, Buffer.alloc(4)),
      ends: "aborted",
    }),
  ),
  ...LENGTHS.map(
    (length): Attack => ({
      name: `a request that says it has ${length} bytes`,
      opening: pdu(PduType.associateRequest, Buffer.alloc(64), length),
      ends: length === 67 ? "closed" : "aborted",
    }),
  ),
  {
    name: "a request in the middle of which the sender falls silent",
    opening: request().subarray(0, 100),
    ends: "closed",
  },
  { name: "P-DATA first", opening: dataPdu({ isCommand: true, bytes: Buffer.alloc(10) }), ends: "aborted" },
  { name: "P-DATA of 4 GB first", opening: pdu(PduType.data, Buffer.alloc(64), 0xffffffff), ends: "aborted" },
  { name: "a release first", opening: pdu(PduType.releaseRequest, Buffer.alloc(4)), ends: "aborted" },
  { name: "a release reply first", opening: pdu(PduType.releaseReply, Buffer.alloc(4)), ends: "aborted" },
  { name: "an accept first", opening: pdu(PduType.associateAccept, Buffer.alloc(68)), ends: "aborted" },
  { name: "a reject first", opening: pdu(PduType.associateReject, Buffer.alloc(4)), ends: "aborted" },
  { name: "an abort first", opening: pdu(PduType.abort, Buffer.alloc(4)), ends: "closed" },
  { name: "an abort of 64 KB", opening: pdu(PduType.abort, Buffer.alloc(65_536)), ends: "closed" },
  { name: "a web browser", opening: Buffer.from("GET / HTTP/1.1\r\nHost: hub\r\n\r\n"), ends: "aborted" },
  { name: "64 KB of noise", opening: noise(1, 65_536), ends: "aborted" },
  { name: "a megabyte of zeros", opening: Buffer.alloc(1_000_000), ends: "aborted" },
  { name: "two requests in one write", opening: [request(), request()], bytes: [], ends: "aborted" },
  {
    name: "a hundred connections that are closed at once",
    ends: "closed",
    act: async (peer, target) => {
      for (let turn = 0; turn < 100; turn += 1) {
        const socket = connect(target.port, "127.0.0.1").on("error", () => {});
        await once(socket, "connect");
        socket.destroy();
      }
      peer.socket.destroy();
    },
  },
];
