// What is sent when a site says nothing else; a template, so it is also the example for own ones.

export const DEFAULT_BODY = `{
  "delivery": "{{delivery.id}}",
  "order": "{{order.id}}",
  "patient": {
    "id": "{{patient.id}}", "issuer": "{{patient.issuer}}", "name": "{{patient.name}}",
    "birthDate": "{{date patient.birthDate "YYYY-MM-DD"}}", "sex": "{{patient.sex}}"
  },
  "study": {
    "instanceUid": "{{study.instanceUid}}", "accessionNumber": "{{study.accessionNumber}}",
    "date": "{{date study.date "YYYY-MM-DD"}}", "description": "{{study.description}}", "revision": {{study.revision}}
  },
  "result": {
    "id": "{{result.id}}", "kind": "{{result.kind}}", "createdAt": "{{result.createdAt}}",
    "product": "{{result.product}}", "productVersion": "{{result.productVersion}}",
    "indexes": {{json result.indexes}}, "warnings": {{json result.warnings}}, "error": {{json result.error}}
  },
  "report": {
    "name": "{{report.name}}", "mediaType": "{{report.mediaType}}", "bytes": {{report.bytes}},
    "sha256": "{{report.sha256}}", "base64": "{{report.base64}}"
  }
}
`;
