// Bodies of the Kubernetes API (batch/v1, core/v1), closed: the fields of its published description that the hub may send.
import { Type } from "@thalamus/sdk";
import type { TProperties } from "typebox";

const sealed = { additionalProperties: false };
const closed = <const P extends TProperties>(fields: P) => Type.Object(fields, sealed);
const optional = Type.Optional;
const text = Type.String();
const flag = Type.Boolean();
const count = Type.Integer({ minimum: 0 });
const one = (...values: string[]) => Type.Union(values.map((value) => Type.Literal(value)));
const name = Type.String({ pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", maxLength: 63 });
/** Values of labels: 63 characters at most (Kubernetes, "Labels and Selectors"). */
const labels = Type.Record(
  text,
  Type.String({ pattern: "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$" }),
);
const notes = Type.Record(text, text);
const quantity = Type.String({ pattern: "^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$" });

const Rule = closed({
  action: one("FailJob", "FailIndex", "Ignore", "Count"),
  onExitCodes: optional(
    closed({
      containerName: optional(name),
      operator: one("In", "NotIn"),
      values: Type.Array(Type.Integer({ minimum: 1, maximum: 255 }), { minItems: 1, uniqueItems: true }),
    }),
  ),
  onPodConditions: optional(Type.Array(closed({ type: text, status: one("True", "False", "Unknown") }))),
});

const Container = closed({
  name,
  image: Type.String({ minLength: 1 }),
  args: Type.Array(text),
  env: Type.Array(closed({ name: Type.String({ pattern: "^[-._a-zA-Z][-._a-zA-Z0-9]*$" }), value: text })),
  resources: closed({ requests: Type.Record(text, quantity), limits: Type.Record(text, quantity) }),
  securityContext: closed({
    allowPrivilegeEscalation: flag,
    privileged: flag,
    readOnlyRootFilesystem: flag,
    capabilities: closed({ drop: Type.Array(text) }),
  }),
  volumeMounts: Type.Array(
    closed({
      name,
      mountPath: Type.String({ pattern: "^/" }),
      // a relative path that does not leave the volume
      subPath: optional(Type.String({ pattern: "^(?!/)(?!.*\\.\\.).+$" })),
      readOnly: optional(flag),
    }),
  ),
});

const PodSpec = closed({
  restartPolicy: one("Never"),
  automountServiceAccountToken: flag,
  enableServiceLinks: flag,
  terminationGracePeriodSeconds: count,
  securityContext: closed({
    runAsNonRoot: flag,
    runAsUser: count,
    runAsGroup: count,
    seccompProfile: closed({ type: one("RuntimeDefault", "Localhost", "Unconfined") }),
  }),
  nodeSelector: optional(labels),
  imagePullSecrets: optional(Type.Array(closed({ name }))),
  containers: Type.Array(Container, { minItems: 1, maxItems: 1 }),
  volumes: Type.Array(
    closed({
      name,
      persistentVolumeClaim: optional(closed({ claimName: Type.String({ minLength: 1 }) })),
      emptyDir: optional(closed({ sizeLimit: quantity })),
    }),
  ),
});

/** `POST /apis/batch/v1/namespaces/{namespace}/jobs` */
export const JobCreate = closed({
  apiVersion: one("batch/v1"),
  kind: one("Job"),
  metadata: closed({ name, labels, annotations: notes }),
  spec: closed({
    parallelism: count,
    completions: count,
    backoffLimit: count,
    activeDeadlineSeconds: Type.Integer({ minimum: 1 }),
    ttlSecondsAfterFinished: count,
    podFailurePolicy: closed({ rules: Type.Array(Rule, { maxItems: 20 }) }),
    template: closed({ metadata: closed({ labels }), spec: PodSpec }),
  }),
});

/** `DELETE …/jobs/{name}` */
export const DeleteOptions = closed({
  apiVersion: one("v1"),
  kind: one("DeleteOptions"),
  propagationPolicy: one("Background", "Foreground", "Orphan"),
});
