// Where the request comes from that is being answered now, so that the journal can say so without everybody passing it on.
import { AsyncLocalStorage } from "node:async_hooks";

const origin = new AsyncLocalStorage<{ readonly address: string }>();

/** @param address of the caller, through proxies only as far as `http.trustedProxies` says */
export const fromAddress = <T>(address: string, work: () => T): T => origin.run({ address }, work);

/** Undefined for what the hub does by itself. */
export const addressNow = (): string | undefined => origin.getStore()?.address;
