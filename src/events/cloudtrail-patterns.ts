// The forms of CloudTrail's events of which the vocabulary is made. Each pattern is made anew: whoever gets one may add to it.

import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { API_CALL, CLOUDTRAIL_DETAIL_TYPES, SERVICE_EVENT, SIGN_INS } from './event-types';

/** Conditions on a record, in EventBridge's own form. */
export type Conditions = { readonly [field: string]: unknown };

/** Calls by their names, each of any of the services, which are named as their `eventSource` begins. */
export function callsOf(services: readonly string[], eventNames: readonly unknown[]): EventPattern {
  return apiCalls({ ...ofServices(services), eventName: [...eventNames] }, services);
}

/** API calls, also such as failed. */
export function apiCalls(detail: Conditions, services?: readonly string[]): EventPattern {
  return withDetail({ ...services && { source: services.map(service => `aws.${service}`) }, detailType: [API_CALL] }, detail);
}

/** The condition on the service that recorded a call. */
export function ofServices(services: readonly string[]): Conditions {
  return { eventSource: services.map(service => `${service}.amazonaws.com`) };
}

/** What happens at a sign-in to the console, under both spellings of its detail type. */
export function signIns(detail: Conditions): EventPattern {
  return withDetail({ source: ['aws.signin'], detailType: [...SIGN_INS] }, detail);
}

/** Records of any kind, of any service. */
export function records(detail: Conditions): EventPattern {
  return { detailType: [...CLOUDTRAIL_DETAIL_TYPES], detail };
}

/** A sign-in with a name and a password, or by federation. The event has the same name when it fails. */
export const CONSOLE_LOGIN: readonly string[] = ['ConsoleLogin'];

/** A credential that was asked for at a sign-in to IAM Identity Center, and was right or not. */
export const CREDENTIAL_VERIFICATION = 'CredentialVerification';

/**
 * A sign-in to IAM Identity Center: what is asked for, what was given, and the end of it, which one that fails does not reach.
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/understanding-sign-in-events.html
 */
export const IDENTITY_CENTER_SIGN_IN: readonly string[] = ['CredentialChallenge', CREDENTIAL_VERIFICATION, 'UserAuthentication'];

/** What happens at a sign-in to IAM Identity Center, by the names of the events. */
export function identityCenterSignIns(eventNames: readonly string[], detail: Conditions = {}): EventPattern {
  return { source: ['aws.signin'], detailType: [SERVICE_EVENT], detail: { eventName: [...eventNames], ...detail } };
}

/** A sign-in that failed, for whatever reason: `errorMessage` differs by it. */
export function failedLogin(): Conditions {
  return { eventName: [...CONSOLE_LOGIN], responseElements: { ConsoleLogin: ['Failure'] } };
}

/** A sign-in that does not say that it had a second factor. */
export function loginWithoutMfa(): Conditions {
  return { eventName: [...CONSOLE_LOGIN], additionalEventData: { MFAUsed: anythingBut(['Yes', 'YES']) } };
}

/** Every value but some, and none: `anything-but` alone never matches where the field is missing. */
export function anythingBut(values: readonly string[]): unknown[] {
  return [{ exists: false }, { 'anything-but': values }];
}

/** An object without fields is none that EventBridge takes. */
function withDetail(pattern: EventPattern, detail: Conditions): EventPattern {
  return Object.keys(detail).length > 0 ? { ...pattern, detail } : pattern;
}
