export * from './event-audit-archive';
export * from './event-audit-archive-props';
export { CaptureOptions } from './capture/capture';
export { CatalogOptions } from './catalog/catalog';
export { DeliveryOptions } from './delivery/delivery';
export { EventTypePartitionOptions, PartitionKey } from './layout/partition-key';
export { QueryOptions } from './query/query';
