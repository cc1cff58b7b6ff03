export * from './event-audit-archive';
export * from './event-audit-archive-props';
export type { CaptureOptions } from './capture/capture';
export type { CatalogOptions } from './catalog/catalog';
export type { DeliveryOptions } from './delivery/delivery';
export { PartitionKey } from './layout/partition-key';
export type { EventTypePartitionOptions } from './layout/partition-key';
export type { QueryOptions } from './query/query';
