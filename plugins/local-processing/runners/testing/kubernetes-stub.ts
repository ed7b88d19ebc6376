// Stands for a Kubernetes API server in tests, with a Job controller and a kubelet over processes of this machine.
import type { ServerOptions } from "node:https";
import type { Static } from "@thalamus/sdk";
import { DeleteOptions, JobCreate } from "./kubernetes-shapes.ts";
import { StubPod } from "./stub-pod.ts";
import { type StubAnswer, type StubRoute, StubServer } from "./stub-server.ts";

type Job = Static<typeof JobCreate>;

interface StubJob {
  readonly create: Job;
  conditions: { type: string; status: string; reason: string }[];
}

export const NAMESPACE = "imaging";
export const TOKEN = "the-token-of-the-hub";
export const CLAIM = "thalamus-files";

const REASONS: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  404: "NotFound",
  409: "AlreadyExists",
};

/** An error as the API has it (meta/v1 Status). */
const refuse = (code: number, message: string): StubAnswer => ({
  status: code,
  json: {
    ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure" },
    ...{ message, reason: REASONS[code] ?? "Invalid", code },
  },
});

export interface KubernetesStubOptions {
  /** Folder of this machine that the claim stands for. */
  readonly volume: string;
}

/** What becomes of new pods. */
export type Scheduling = "runs" | "no-room" | "no-image" | "bad-image";

export class KubernetesStub {
  readonly server: StubServer;
  readonly jobs = new Map<string, StubJob>();
  readonly created: Job[] = [];
  readonly pods: StubPod[] = [];
  /** What clients must say. */
  token = TOKEN;
  scheduling: Scheduling = "runs";
  cutsStreams = false;
  readonly #volume: string;

  constructor({ volume }: KubernetesStubOptions) {
    this.#volume = volume;
    this.server = new StubServer({ routes: this.#routes(), refuse });
  }

  listen(keys: ServerOptions): Promise<number> {
    return this.server.listen(keys);
  }

  async close(): Promise<void> {
    for (const pod of this.pods) pod.kill();
    await this.server.close();
  }

  /** The cluster takes a pod away, to drain its node: the Job is to make another one. */
  async disrupt(pod: StubPod): Promise<void> {
    pod.conditions.push({ type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI" });
    await pod.terminate(1);
  }

  #routes(): StubRoute[] {
    const jobs = `/apis/batch/v1/namespaces/${NAMESPACE}/jobs`;
    const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
    const name = "([a-z0-9][-a-z0-9]*)";
    const selector = /^[a-z][a-z.-]*=[A-Za-z0-9._-]+$/;
    const at = (path: string) => new RegExp(`^${path}$`);
    const routes: StubRoute[] = [
      {
        ...{ method: "POST", path: at(jobs), query: { fieldValidation: /^Strict$/ }, body: JobCreate },
        answer: ({ body }) => this.#create(body as Job),
      },
      {
        ...{ method: "GET", path: at(jobs), query: { labelSelector: selector } },
        answer: ({ query }) => this.#list(query.get("labelSelector") ?? ""),
      },
      { method: "GET", path: at(`${jobs}/${name}`), answer: ({ caught }) => this.#get(caught[0]!) },
      {
        ...{ method: "DELETE", path: at(`${jobs}/${name}`), body: DeleteOptions },
        answer: ({ caught, body }) => this.#delete(caught[0]!, body as Static<typeof DeleteOptions>),
      },
      {
        ...{ method: "GET", path: at(pods), query: { labelSelector: selector } },
        answer: ({ query }) => {
          const [, job] = query.get("labelSelector")!.split("=");
          const items = this.pods.filter((pod) => pod.job === job).map((pod) => pod.view());
          return { status: 200, json: { kind: "PodList", apiVersion: "v1", metadata: {}, items } };
        },
      },
      {
        ...{ method: "GET", path: at(`${pods}/${name}/log`) },
        query: {
          ...{ container: /^product$/, follow: /^true$/, timestamps: /^true$/ },
          sinceTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
        },
        answer: ({ caught, query }) => this.#logs(caught[0]!, query.get("sinceTime") ?? ""),
      },
    ];
    return routes.map((route) => ({
      ...route,
      answer: (request) =>
        request.headers.authorization === `Bearer ${this.token}`
          ? route.answer(request)
          : refuse(401, "Unauthorized"),
    }));
  }

  #create(create: Job): StubAnswer {
    this.created.push(create);
    const { name } = create.metadata;
    if (this.jobs.has(name)) return refuse(409, `jobs.batch "${name}" already exists`);
    const { containers, volumes } = create.spec.template.spec;
    const known = new Set(volumes.map((volume) => volume.name));
    if (!containers[0]?.volumeMounts.every((mount) => known.has(mount.name))) {
      return refuse(422, "spec.template.spec.containers[0].volumeMounts[0].name: Not found");
    }
    if (!volumes.some(({ persistentVolumeClaim: claim }) => claim?.claimName === CLAIM)) {
      return refuse(422, "the claim is not there");
    }
    const job: StubJob = { create, conditions: [] };
    this.jobs.set(name, job);
    this.#schedule(job);
    return { status: 201, json: { ...create, status: {} } };
  }

  /** The Job controller and kubelet, at their ease: the pod is not there when the Job is. */
  #schedule(job: StubJob): void {
    const { create } = job;
    setTimeout(() => {
      const { name } = create.metadata;
      if (this.jobs.get(name) !== job) return;
      const pod = new StubPod(name, `${name}-x${this.pods.length}`);
      pod.cutsStreams = this.cutsStreams;
      this.pods.push(pod);
      if (this.scheduling === "no-room") {
        pod.conditions.push({ type: "PodScheduled", status: "False", reason: "Unschedulable" });
      } else if (this.scheduling !== "runs") {
        const reason = this.scheduling === "no-image" ? "ImagePullBackOff" : "InvalidImageName";
        pod.state = { waiting: { reason } };
      } else {
        setTimeout(() => this.#run(job, pod), 20);
      }
    }, 20);
  }

  #run(job: StubJob, pod: StubPod): void {
    if (!this.jobs.has(pod.job)) return;
    pod.start(job.create, this.#volume);
    void pod.ended.then(() => {
      const exitCode = "terminated" in pod.state ? pod.state.terminated.exitCode : 0;
      const disrupted = pod.conditions.some(({ type }) => type === "DisruptionTarget");
      if (disrupted) return this.#schedule(job);
      const over =
        exitCode === 0 ? { type: "Complete", reason: "CompletionsReached" } : this.#failure(job, exitCode);
      job.conditions = [{ status: "True", ...over }];
      return undefined;
    });
  }

  #failure({ create }: StubJob, exitCode: number) {
    const rule = create.spec.podFailurePolicy.rules.find(({ onExitCodes }) =>
      onExitCodes?.values.includes(exitCode),
    );
    const reason = rule?.action === "FailJob" ? "PodFailurePolicy" : "BackoffLimitExceeded";
    return { type: "Failed", reason };
  }

  #list(selector: string): StubAnswer {
    const [label = "", value] = selector.split("=");
    const found = [...this.jobs.values()].filter(({ create }) => create.metadata.labels[label] === value);
    const items = found.map(({ create }) => ({ metadata: create.metadata, spec: create.spec }));
    return { status: 200, json: { kind: "JobList", apiVersion: "batch/v1", metadata: {}, items } };
  }

  #get(name: string): StubAnswer {
    const job = this.jobs.get(name);
    if (!job) return refuse(404, `jobs.batch "${name}" not found`);
    return { status: 200, json: { ...job.create, status: { conditions: job.conditions } } };
  }

  #delete(name: string, { propagationPolicy }: Static<typeof DeleteOptions>): StubAnswer {
    const job = this.jobs.get(name);
    if (!job) return refuse(404, `jobs.batch "${name}" not found`);
    this.jobs.delete(name);
    const own = this.pods.filter((pod) => pod.job === name);
    if (propagationPolicy === "Background") for (const pod of own) void this.#remove(pod, job.create);
    return { status: 200, json: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" } };
  }

  async #remove(pod: StubPod, { spec }: Job): Promise<void> {
    await pod.terminate(spec.template.spec.terminationGracePeriodSeconds);
    this.pods.splice(this.pods.indexOf(pod), 1);
  }

  #logs(name: string, since: string): StubAnswer {
    const pod = this.pods.find((one) => one.name === name);
    if (!pod) return refuse(404, `pods "${name}" not found`);
    if ("waiting" in pod.state)
      return refuse(400, `container "product" in pod "${name}" is waiting to start`);
    return (response) => pod.follow(response, since);
  }
}
