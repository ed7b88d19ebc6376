// How the hub speaks TLS with a system that it connects to.
import type { TlsProfile } from "../dicom/net/tls-profile.ts";

/** Files are PEM, by absolute path. */
export interface PeerTls {
  /** Who may have signed its certificate; without it the authorities that Node.js knows. */
  readonly caFile?: string;
  /** Own certificate, where the other side asks for one; together with `keyFile`. */
  readonly certificateFile?: string;
  readonly keyFile?: string;
  /** The name its certificate must have, when that is not the host. */
  readonly serverName?: string;
  /** `bcp195` when left out. */
  readonly profile?: TlsProfile;
}
