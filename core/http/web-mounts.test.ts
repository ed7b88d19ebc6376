// Which paths plugins can have on the hub's server.
import type { WebService } from "@thalamus/sdk";
import { expect, test } from "vitest";
import { WebMounts } from "./web-mounts.ts";

const at = (path: string): WebService => ({ path, handle: async () => {}, stop: async () => {} });

test.each(["/dicom-web", "/portal/patients", "/a/b/c", "/studies2"])("%s can be had", (path) => {
  const mounts = new WebMounts();
  mounts.add("one", at(path));
  expect(mounts.all().map(({ service }) => service.path)).toEqual([path]);
});

test.each([
  ...[
    "",
    "/",
    "dicom-web",
    "/dicom-web/",
    "//x",
    "/Up",
    "/a_b",
    "/a..b",
    "/../x",
    "/a/b/c/d",
    "/%61pi",
    "/a b",
  ],
])('"%s" is no path', (path) => {
  expect(() => new WebMounts().add("one", at(path))).toThrow("must be like /dicom-web");
});

test.each(["/api", "/api/studies", "/health", "/metrics", "/studies", "/assets/x"])(
  "%s is the hub's own",
  (path) => {
    expect(() => new WebMounts().add("one", at(path))).toThrow("is the hub's own");
  },
);

test.each([
  ["/count", "/count"],
  ["/count", "/count/in"],
  ["/count/in", "/count"],
])("%s is taken, so %s cannot be had", (first, second) => {
  const mounts = new WebMounts();
  mounts.add("web-count", at(first));
  expect(() => mounts.add("second", at(second))).toThrow("in use by plugin web-count");
});
