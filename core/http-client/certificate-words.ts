// Says in words what certificate the other side showed.
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

export function certificateWords(socket: Socket): string {
  if (!(socket instanceof TLSSocket)) return "The connection is not encrypted.";
  const { subject, issuer, valid_to: until } = socket.getPeerCertificate();
  const [name, authority] = [subject, issuer].map((one) => String(one?.CN ?? one?.O ?? "without a name"));
  return `${socket.getProtocol()}; certificate of ${name} by ${authority}, valid until ${until}.`;
}
