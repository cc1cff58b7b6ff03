export * from './event-audit-archive';
export type { IEventAuditArchive } from './event-audit-archive-interface';
export * from './event-audit-archive-props';
export type { AcceptEventsOptions } from './capture/accepted-events';
export type { CaptureOptions } from './capture/capture';
export type { AddedCaptureOptions } from './capture/captures';
export type { EventArchiveOptions } from './capture/event-archives';
export type { TrailDataEventOptions, TrailNetworkActivityOptions, TrailOptions, TrailOrganizationOptions } from './trail/trail-options';
export type { AddEventBusOptions } from './capture/own-bus';
export { EventForwarder } from './capture/event-forwarder';
export type { EventForwarderProps } from './capture/event-forwarder';
export type { CatalogOptions } from './catalog/catalog';
export type { DeliveryOptions } from './delivery/delivery';
export { AuditEvents } from './events/audit-events';
export type {
  CisFoundationsOptions, CloudTrailApiCallOptions, ConsoleSignInOptions, CustomEventOptions, GuardDutyFindingOptions,
  IdentityCenterSignInOptions,
} from './events/audit-event-options';
export { FanOutAuthorization } from './fan-out/authorization';
export type { ApiKeyAuthorizationOptions, BasicAuthorizationOptions } from './fan-out/authorization';
export { FanOut } from './fan-out/fan-out';
export type { FanOutConfig } from './fan-out/fan-out';
export type { HttpFanOutOptions } from './fan-out/http';
export type { EventRuleOptions } from './fan-out/on-event';
export type { ConfluentCloudFanOutOptions } from './fan-out/partners/confluent-cloud';
export { FanOutPayload } from './fan-out/payload';
export type { PreviousLayout } from './layout/layouts';
export { PartitionKey } from './layout/partition-key';
export type { EventTypePartitionOptions, ListedPartitionOptions } from './layout/partition-key';
export type { QueryOptions } from './query/query';
export type { EventAuditArchiveAttributes } from './imported-event-audit-archive';
export type { StorageOptions } from './storage/storage';
export type { IDedicatedStream } from './watch/dedicated-stream';
