import { LIMITS } from '../limits/limits';
// Which HTTP headers a fan-out may send.

import { invalid, isKnown, show } from '../private/validate';

/**
 * The longest name or value of a header, and of a connection's key, user name or password.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateConnectionApiKeyAuthRequestParameters.html
 */
export const MAX_HEADER_LENGTH = LIMITS.header.most;

/** A token of HTTP: what header names and authentication schemes are made of. @see https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
export const HTTP_TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Headers that EventBridge sets itself, and those that it takes out of every request, in lower case.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html#eb-api-destination-headers
 */
const SET_OR_REMOVED: ReadonlySet<string> = new Set([
  'a-im', 'accept-charset', 'accept-datetime', 'accept-encoding', 'cache-control', 'connection', 'content-encoding', 'content-length',
  'content-md5', 'date', 'expect', 'forwarded', 'from', 'host', 'http2-settings', 'if-match', 'if-modified-since', 'if-none-match',
  'if-range', 'if-unmodified-since', 'max-forwards', 'origin', 'pragma', 'proxy-authorization', 'range', 'referer', 'te', 'trailer',
  'transfer-encoding', 'upgrade', 'user-agent', 'via', 'warning',
]);

/** Fails when a header of this name would not be sent. */
export function checkHeaderName(prop: string, name: string): void {
  if (!isKnown(name)) return;
  if (!HTTP_TOKEN.test(name) || name.length > MAX_HEADER_LENGTH) {
    invalid(prop, show(name), `the name of an HTTP header has letters, digits and !#$%&'*+-.^_\`|~, at most ${MAX_HEADER_LENGTH} of them`);
  }
  if (SET_OR_REMOVED.has(name.toLowerCase())) {
    invalid(prop, show(name), 'EventBridge sets this header itself, or removes it from every request: use another, or leave it out');
  }
}

/** Headers that are the same in every request; the value of `authorizationHeader` comes from a secret and not from here. */
export function checkStaticHeaders(prop: string, headers: { readonly [name: string]: string }, authorizationHeader: string): void {
  const names = Object.keys(headers);
  for (const name of names) {
    if (!isKnown(name)) invalid(prop, 'a token as a name', 'a template takes tokens as values only: give a literal name');
    checkHeaderName(prop, name);
    if (['authorization', authorizationHeader.toLowerCase()].includes(name.toLowerCase())) {
      invalid(prop, show(name), 'a credential comes from a secret: give it by `authorization`');
    }
    checkStaticValue(`${prop}.${name}`, headers[name]);
  }
  const twice = names.find((name, index) => names.findIndex(other => other.toLowerCase() === name.toLowerCase()) !== index);
  if (twice !== undefined) invalid(prop, `${show(twice)} twice`, 'the names of headers do not differ by case: give each once');
}

function checkStaticValue(prop: string, value: string): void {
  if (!isKnown(value)) return;
  if (!/^[\x20-\x7E]+$/.test(value) || value.length > MAX_HEADER_LENGTH) {
    invalid(prop, show(value), `the value of a header has 1 to ${MAX_HEADER_LENGTH} printable ASCII characters`);
  }
  if (/^\$(\.|\[|$)/.test(value)) {
    invalid(prop, show(value), 'EventBridge would read this as a path into the event; a header here is the same in every request');
  }
}
