// Decides whether an association is let in, before anything is negotiated.
import type { BlockList } from "node:net";
import { isInside, Permanent, parseNetworks } from "@thalamus/sdk";
import {
  APPLICATION_CONTEXT,
  type AssociateRequest,
  type Rejection,
  Rejections,
} from "@thalamus/sdk/dicom/net";
import type { DicomScpSettings } from "./settings.ts";
import type { TlsIdentity } from "./tls-identity.ts";
import { type IdentityCheck, identityCheck } from "./user-check.ts";

/** Why an association is refused: what the sender is told and what the log says. */
export interface Refusal {
  readonly code: string;
  readonly rejection: Rejection;
}

/** How busy the listener is. */
export interface Load {
  readonly openAssociations: number;
  /** Of the same calling AE title, those that wait included. */
  readonly ofCaller: number;
  readonly stopping: boolean;
}

/** Who is at the other end, as far as the connection tells. */
export interface Peer {
  readonly remoteAddress: string;
  readonly identity: TlsIdentity | undefined;
}

export type Admission = (request: AssociateRequest, peer: Peer, load: Load) => Refusal | undefined;

/** All places are taken: whoever may wait for one is told so only when none got free. */
export const NO_PLACE: Refusal = { code: "dicom-scp.limit", rejection: Rejections.localLimitExceeded };

export const STOPPING: Refusal = { code: "dicom-scp.stopping", rejection: Rejections.temporaryCongestion };

interface Caller {
  readonly ae: string;
  readonly isUser: IdentityCheck | undefined;
  readonly networks: BlockList | undefined;
  readonly tlsIdentity: string | undefined;
}

/**
 * Builds the check from the settings. Faults of the request itself come first, then who calls, then how busy
 * we are: whoever is not allowed to send learns nothing about the load.
 * @throws Permanent `dicom-scp.bad-caller-address` when an allowed caller's address is none,
 * `dicom-scp.tls-settings` when one shall show a certificate that nobody asks it for
 */
export function createAdmission(settings: DicomScpSettings): Admission {
  const callers = settings.allowedCallers.map(
    (caller): Caller => ({
      ae: caller.ae.trim(),
      networks:
        caller.host === undefined ? undefined : parseNetworks([caller.host], "dicom-scp.bad-caller-address"),
      tlsIdentity: caller.tlsIdentity,
      isUser: identityCheck(caller),
    }),
  );
  if (callers.some((caller) => caller.tlsIdentity !== undefined)) requireClientCertificates(settings);
  const ownAe = settings.aeTitle.trim();

  return (request, peer, load) => {
    if ((request.protocolVersion & 1) === 0) {
      return { code: "dicom-scp.unsupported", rejection: Rejections.protocolVersionNotSupported };
    }
    if (request.applicationContext !== APPLICATION_CONTEXT) {
      return { code: "dicom-scp.unsupported", rejection: Rejections.applicationContextNotSupported };
    }
    if (settings.checkCalledAe && request.calledAe !== ownAe) {
      return { code: "dicom-scp.called-ae", rejection: Rejections.calledAeNotRecognized };
    }
    if (callers.length > 0) {
      const fitting = callers.filter((caller) => caller.ae === request.callingAe && isCaller(caller, peer));
      if (fitting.length === 0) {
        return { code: "dicom-scp.caller", rejection: Rejections.callingAeNotRecognized };
      }
      const { identity } = request.user;
      if (!fitting.some(({ isUser }) => isUser === undefined || isUser(identity))) {
        return { code: "dicom-scp.user", rejection: Rejections.userIdentityRefused };
      }
    }
    if (load.stopping) return STOPPING;
    if (settings.maxAssociationsPerCaller > 0 && load.ofCaller >= settings.maxAssociationsPerCaller) {
      return { code: "dicom-scp.caller-limit", rejection: Rejections.localLimitExceeded };
    }
    if (load.openAssociations >= settings.maxAssociations) {
      return NO_PLACE;
    }
    return undefined;
  };
}

function isCaller({ networks, tlsIdentity }: Caller, { remoteAddress, identity }: Peer): boolean {
  if (networks !== undefined && !isInside(networks, remoteAddress)) return false;
  return tlsIdentity === undefined || identity?.matches(tlsIdentity) === true;
}

function requireClientCertificates({ tls }: DicomScpSettings): void {
  if (tls.enabled && tls.clientCertificates !== "none") return;
  throw new Permanent(
    "dicom-scp.tls-settings",
    "an allowed sender has a tlsIdentity, but tls.enabled is off or tls.clientCertificates is none",
  );
}
