// Signatures of requests, against the examples that the Amazon S3 API Reference publishes.
import { expect, test } from "vitest";
import { percentEncoded, presignedUrl, signedHeaders } from "./signature.ts";

const CREDENTIALS = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  region: "us-east-1",
};
const NOW = new Date("2013-05-24T00:00:00Z");
const at = (path: string) => new URL(`https://examplebucket.s3.amazonaws.com${path}`);

test.each([
  [
    "GET of a part of an object",
    { method: "GET", url: at("/test.txt"), headers: { range: "bytes=0-9" } },
    "",
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  ],
  [
    "PUT of an object",
    {
      method: "PUT",
      url: at(`/${percentEncoded("test$file.text")}`),
      headers: { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" },
    },
    "Welcome to Amazon S3.",
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  ],
  [
    "GET of a subresource",
    { method: "GET", url: at("/?lifecycle="), headers: {} },
    "",
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  ],
  [
    "GET with a query",
    { method: "GET", url: at("/?prefix=J&max-keys=2"), headers: {} },
    "",
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  ],
])("%s is signed as the reference does it", (_what, request, payload, signature) => {
  const { authorization } = signedHeaders(request, payload, CREDENTIALS, NOW);
  expect(authorization).toMatch(new RegExp(`Signature=${signature}$`));
});

test("a presigned URL is the one of the reference", () => {
  const request = { method: "GET", url: at("/test.txt"), headers: {} };
  expect(presignedUrl(request, 86_400, CREDENTIALS, NOW)).toBe(
    "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256" +
      "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
      "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host" +
      "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  );
});
