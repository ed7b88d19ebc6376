// Bodies of the Docker Engine API 1.41 to 1.47, closed: the fields of its published description that the hub may send.
import { Type } from "@thalamus/sdk";
import type { TProperties } from "typebox";

const sealed = { additionalProperties: false };
const closed = <const P extends TProperties>(fields: P) => Type.Object(fields, sealed);
const text = Type.String();
const flag = Type.Boolean();
const texts = Type.Array(text);
const byName = Type.Record(text, text);

const Mount = closed({
  Type: Type.Union(["bind", "volume", "tmpfs"].map((one) => Type.Literal(one))),
  Source: Type.String({ pattern: "^/" }),
  Target: Type.String({ pattern: "^/" }),
  ReadOnly: flag,
});

const DeviceRequest = closed({
  Driver: text,
  Count: Type.Integer(),
  Capabilities: Type.Array(texts),
});

const HostConfig = closed({
  NetworkMode: text,
  ReadonlyRootfs: flag,
  Privileged: flag,
  CapDrop: texts,
  SecurityOpt: texts,
  Init: flag,
  PidsLimit: Type.Integer(),
  Memory: Type.Optional(Type.Integer({ minimum: 6 * 1024 ** 2 })),
  MemorySwap: Type.Optional(Type.Integer()),
  NanoCpus: Type.Optional(Type.Integer()),
  Mounts: Type.Array(Mount),
  Tmpfs: byName,
  LogConfig: closed({ Type: text, Config: byName }),
  RestartPolicy: closed({ Name: text, MaximumRetryCount: Type.Integer() }),
  AutoRemove: flag,
  DeviceRequests: Type.Optional(Type.Array(DeviceRequest)),
});

/** `POST /containers/create` */
export const ContainerCreate = closed({
  Image: text,
  Cmd: texts,
  User: Type.String({ pattern: "^\\d+:\\d+$" }),
  Env: Type.Array(Type.String({ pattern: "^[A-Z_]+=" })),
  AttachStdin: flag,
  AttachStdout: flag,
  AttachStderr: flag,
  Tty: flag,
  NetworkDisabled: flag,
  Labels: byName,
  HostConfig,
});
