// Why an answer of an identity provider was not taken, for whoever sets single sign-on up.
import { say } from "@thalamus/sdk/ui";

const WORDS: Readonly<Record<string, string>> = {
  "assertion-not-signed":
    "The assertion is not signed by itself. Have the identity provider sign assertions.",
  "response-not-signed":
    "The whole response is not signed. Have the identity provider sign it, or do not require it.",
  "not-signed": "Neither the assertion nor the response is signed.",
  "bad-signature": "The signature does not fit the certificate in the settings. Fetch the metadata again.",
  "weak-signature": "It is signed with an algorithm that is too weak. RSA with SHA-256 or better is needed.",
  "weak-digest": "It is signed with a digest that is too weak. SHA-256 or better is needed.",
  "wrong-audience":
    "It is meant for another service. The entity ID of this hub must be the same on both sides.",
  "audience-missing": "It does not say for whom it is meant.",
  "wrong-issuer": "It comes from another identity provider than the settings name.",
  "wrong-destination": "It is addressed to another place. The reply URL must be that of this hub.",
  "wrong-recipient": "It is addressed to another place. The reply URL must be that of this hub.",
  "wrong-in-response-to": "It answers another question.",
  "unknown-request": "It answers no question of this hub, or came too late.",
  expired: "Its time is over. Look at the clocks of both sides.",
  "not-yet": "Its time has not begun. Look at the clocks of both sides.",
  "issued-later": "It was issued in the future. Look at the clocks of both sides.",
  "name-transient": "Its name is another one each time. Choose e-mail address or a persistent name ID.",
  "name-missing": "It names nobody.",
  encrypted:
    "The assertion is encrypted, which the settings do not take. Switch that on here, or encryption off there.",
  "weak-encryption": "The hub takes AES with RSA-OAEP only. Choose them at the identity provider.",
  "provider-refused": "The identity provider itself refused. Its own log tells why.",
  "provider-away": "The identity provider could not be asked.",
  "invalid-client": "The identity provider does not accept client ID and secret.",
  "access-denied": "The identity provider, or whoever signed in, denied access.",
  "not-set-up": "This way to sign in is not set up.",
};

export const refusalWords = (reason: string): string =>
  WORDS[reason] ?? say("The answer does not keep the rules of the protocol.");
