// The uploads of this browser tab: many may wait, two are sent at once, and they go on while people look at other pages.
import { ApiFault, callApi } from "@thalamus/sdk/ui";
import type { UploadRow } from "../api.gen.ts";
import type { ChosenUpload } from "./chosen-files.ts";
import { dockDoor } from "./dock-door.ts";
import { type KeptUpload, keptUploads } from "./kept-uploads.ts";
import { Transfer, type TransferView } from "./transfer.ts";

const AT_ONCE = 2;

class UploadQueue {
  readonly #listeners = new Set<() => void>();
  #transfers: readonly Transfer[] = [];
  #views: readonly TransferView[] = [];

  constructor() {
    dockDoor.onLeave = () => this.leave();
    dockDoor.isSending = () => this.#transfers.some(({ isRunning }) => isRunning);
    window.addEventListener("online", () => {
      for (const transfer of this.#transfers) if (transfer.view.state === "lost") transfer.start();
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The newest last; the same object until something changes. */
  readonly views = (): readonly TransferView[] => this.#views;

  /** Announces an upload with its form, and sends it when its turn comes. @throws ApiFault */
  async add(chosen: ChosenUpload, form: object): Promise<void> {
    const { id } = await callApi<UploadRow>("/api/uploads", { method: "POST", body: form });
    this.#take(new Transfer(id, chosen, undefined, this.#changed));
  }

  /** What was chosen again goes on where it stopped. */
  goOn(chosen: ChosenUpload, { id, percent }: KeptUpload): void {
    this.#take(new Transfer(id, chosen, percent, this.#changed));
  }

  pause(id: string): void {
    this.#find(id)?.pause();
  }

  resume(id: string): void {
    this.#find(id)?.queue();
  }

  retryNow(id: string): void {
    this.#find(id)?.start();
  }

  async cancel(id: string): Promise<void> {
    await this.#find(id)?.stop();
    await abandon(id);
    this.remove(id);
  }

  /** What is over leaves the list. */
  remove(id: string): void {
    this.#transfers = this.#transfers.filter(({ view }) => view.id !== id);
    this.#changed();
  }

  /** Whoever comes next at this screen sees no names of files; what was not sent can be chosen again. */
  leave(): void {
    for (const transfer of this.#transfers) {
      void transfer.stop();
      keptUploads.letGo(transfer.view.id);
    }
    this.#transfers = [];
    this.#changed();
  }

  #find(id: string): Transfer | undefined {
    return this.#transfers.find(({ view }) => view.id === id);
  }

  #take(transfer: Transfer): void {
    this.#transfers = [...this.#transfers, transfer];
    dockDoor.open();
    this.#changed();
  }

  readonly #changed = (): void => {
    const busy = this.#transfers.filter(({ view }) => ["sending", "lost"].includes(view.state));
    const next = this.#transfers.find(({ view }) => view.state === "queued");
    // starting it comes back here
    if (next && busy.length < AT_ONCE) {
      next.start();
      return;
    }
    this.#views = this.#transfers.map(({ view }) => view);
    // X-047 leaving needs a second word
    window.onbeforeunload = dockDoor.isSending() ? (event) => event.preventDefault() : null;
    for (const listener of this.#listeners) listener();
  };
}

/** Ends an upload that nobody goes on with. @throws ApiFault */
export async function abandon(id: string): Promise<void> {
  await callApi(`/api/uploads/${id}`, { method: "DELETE" }).catch((fault: unknown) => {
    // it is over already
    if (!(fault instanceof ApiFault) || ![404, 409].includes(fault.status)) throw fault;
  });
  keptUploads.forget(id);
}

export const uploadQueue = new UploadQueue();
