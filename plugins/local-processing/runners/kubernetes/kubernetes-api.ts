// The Kubernetes API, as far as products need it: Jobs of one namespace, their pods, and what the pods print.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import type { Job, JobList } from "kubernetes-types/batch/v1.js";
import type { Pod, PodList } from "kubernetes-types/core/v1.js";
import { EngineHttp } from "../engine-http.ts";
import { EngineAway } from "../runner.ts";
import type { KubernetesSettings } from "./kubernetes-settings.ts";

/** Where a pod finds its service account (Kubernetes, "Accessing the API from within a Pod"). */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
/** Container of the product in its pod. */
export const CONTAINER = "product";
/** A field that the server does not know is refused, not dropped: a limit that is dropped is no limit. */
const STRICT = { fieldValidation: "Strict" } as const;

interface Cluster {
  readonly server: string;
  readonly caFile: string | undefined;
  readonly tokenFile: string;
  readonly namespace: string;
}

export class KubernetesApi {
  readonly #http: EngineHttp;
  readonly #jobs: string;
  readonly #pods: string;

  /** @throws EngineAway when the files of the hub's own service account cannot be read */
  constructor(settings: KubernetesSettings) {
    const { server, caFile, tokenFile, namespace } = clusterOf(settings);
    this.#http = new EngineHttp({
      who: "The Kubernetes API",
      origin: server.replace(/\/+$/, ""),
      connect: { minVersion: "TLSv1.2", ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }) },
      // tokens of service accounts are renewed every hour
      headers: async () => ({ authorization: `Bearer ${(await readFile(tokenFile, "utf8")).trim()}` }),
    });
    this.#jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    this.#pods = `/api/v1/namespaces/${namespace}/pods`;
  }

  createJob(job: Job, signal: AbortSignal): Promise<Job> {
    return this.#http.call("POST", this.#jobs, { query: STRICT, body: job, signal });
  }

  /** @throws EngineRefusal 404 when it is not there */
  job(name: string): Promise<Job> {
    return this.#http.call("GET", `${this.#jobs}/${name}`);
  }

  async jobsWith(label: string): Promise<readonly Job[]> {
    const query = { labelSelector: label };
    return (await this.#http.call<JobList>("GET", this.#jobs, { query })).items;
  }

  /** The oldest first. */
  async podsOf(job: string): Promise<readonly Pod[]> {
    const query = { labelSelector: `job-name=${job}` };
    const { items } = await this.#http.call<PodList>("GET", this.#pods, { query });
    return items.toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)));
  }

  /** Its pods get SIGTERM, and SIGKILL when their time of grace is over. */
  deleteJob(name: string): Promise<unknown> {
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
    return this.#http.call("DELETE", `${this.#jobs}/${name}`, { body });
  }

  /** Lines of both outputs with the time before each, until the container ends. @param since RFC 3339 */
  logs(pod: string, since?: string): Promise<Readable> {
    return this.#http.stream("GET", `${this.#pods}/${pod}/log`, {
      query: {
        container: CONTAINER,
        follow: "true",
        timestamps: "true",
        ...(since === undefined ? {} : { sinceTime: since }),
      },
    });
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}

const timeOf = ({ metadata }: Pod): string => String(metadata?.creationTimestamp ?? "");

function clusterOf({ server, caFile, tokenFile, namespace }: KubernetesSettings): Cluster {
  if (server !== undefined) {
    return { server, caFile, tokenFile: tokenFile ?? "", namespace: namespace ?? "default" };
  }
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "443" } = process.env;
  try {
    return {
      server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
      caFile: caFile ?? `${SERVICE_ACCOUNT}/ca.crt`,
      tokenFile: tokenFile ?? `${SERVICE_ACCOUNT}/token`,
      namespace: namespace ?? readFileSync(`${SERVICE_ACCOUNT}/namespace`, "utf8").trim(),
    };
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new EngineAway(`The service account of the hub's pod cannot be read (${code}).`);
  }
}
