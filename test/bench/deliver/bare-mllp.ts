// Sends HL7 messages over a socket that stays open, each after the acknowledgement of the one before.
import { once } from "node:events";
import { connect } from "node:net";

export async function mllpMessages(port: number, report: Buffer, count: number): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  const header = (id: number) => `MSH|^~\\&|BENCH||RIS||20260101||ORU^R01|${id}|P|2.5.1`;
  const report64 = report.toString("base64");
  for (let sent = 0; sent < count; sent += 1) {
    const answered = once(socket, "data");
    socket.write(`\x0b${header(sent)}\rOBX|1|ED|PDF^Report||^application^pdf^Base64^${report64}\r\x1c\r`);
    await answered;
  }
  socket.destroy();
}
