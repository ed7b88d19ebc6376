// Why an answer of an identity provider was not taken, for whoever sets single sign-on up.
import { phrase, say } from "@thalamus/sdk/ui";

const WORDS: Readonly<Record<string, string>> = {
  "assertion-not-signed": phrase(
    "The assertion is not signed by itself. Have the identity provider sign assertions.",
  ),
  "response-not-signed": phrase(
    "The whole response is not signed. Have the identity provider sign it, or do not require it.",
  ),
  "not-signed": phrase("Neither the assertion nor the response is signed."),
  "bad-signature": phrase(
    "The signature does not fit the certificate in the settings. Fetch the metadata again.",
  ),
  "weak-signature": phrase(
    "It is signed with an algorithm that is too weak. RSA with SHA-256 or better is needed.",
  ),
  "weak-digest": phrase("It is signed with a digest that is too weak. SHA-256 or better is needed."),
  "wrong-audience": phrase(
    "It is meant for another service. The entity ID of this hub must be the same on both sides.",
  ),
  "audience-missing": phrase("It does not say for whom it is meant."),
  "wrong-issuer": phrase("It comes from another identity provider than the settings name."),
  "wrong-destination": phrase("It is addressed to another place. The reply URL must be that of this hub."),
  "wrong-recipient": phrase("It is addressed to another place. The reply URL must be that of this hub."),
  "wrong-in-response-to": phrase("It answers another question."),
  "unknown-request": phrase("It answers no question of this hub, or came too late."),
  expired: phrase("Its time is over. Look at the clocks of both sides."),
  "not-yet": phrase("Its time has not begun. Look at the clocks of both sides."),
  "issued-later": phrase("It was issued in the future. Look at the clocks of both sides."),
  "name-transient": phrase(
    "Its name is another one each time. Choose e-mail address or a persistent name ID.",
  ),
  "name-missing": phrase("It names nobody."),
  encrypted: phrase(
    "The assertion is encrypted, which the settings do not take. Switch that on here, or encryption off there.",
  ),
  "weak-encryption": phrase("The hub takes AES with RSA-OAEP only. Choose them at the identity provider."),
  "provider-refused": phrase("The identity provider itself refused. Its own log tells why."),
  "provider-away": phrase("The identity provider could not be asked."),
  "invalid-client": phrase("The identity provider does not accept client ID and secret."),
  "access-denied": phrase("The identity provider, or whoever signed in, denied access."),
  "not-set-up": phrase("This way to sign in is not set up."),
};

const OTHERWISE = phrase("The answer does not keep the rules of the protocol.");

export const refusalWords = (reason: string): string => say(WORDS[reason] ?? OTHERWISE);
