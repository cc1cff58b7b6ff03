/** Firehose's buffers: records wait for one another until there are enough of them or the oldest has waited long enough. */

import type { Delivery } from '../ledger';

/** A record on its way through a stream. */
export interface StreamRecord {
  /** The event's JSON, as EventBridge put it. */
  readonly data: string;
  readonly arrival: Date;
  readonly delivery: Delivery;
}

/** Records that become one object. */
export class DeliveryBuffer<T> {
  public readonly records: T[] = [];
  /** The evaluated prefixes of its records: an active partition each. */
  public readonly partitions = new Set<string>();
  private bytes = 0;

  public constructor(
    public readonly key: string,
    /** The arrival of the oldest record. */
    public readonly openedAt: Date,
    private readonly limits: { readonly bytes: number; readonly milliseconds: number },
  ) {}

  public add(record: T, bytes: number, partition: string): void {
    this.records.push(record);
    this.partitions.add(partition);
    this.bytes += bytes;
  }

  public get isFull(): boolean {
    return this.bytes >= this.limits.bytes;
  }

  /** When it is delivered, however little it holds. */
  public get deadline(): Date {
    return new Date(this.openedAt.getTime() + this.limits.milliseconds);
  }
}

/** The open buffers of a stream, by partition. */
export class DeliveryBuffers<T> {
  private readonly open = new Map<string, DeliveryBuffer<T>>();

  public constructor(
    private readonly limits: { readonly bytes: number; readonly milliseconds: number },
    private readonly deliver: (buffer: DeliveryBuffer<T>, at: Date) => void,
  ) {}

  /** How many partitions are active. */
  public get activePartitions(): number {
    return [...this.open.values()].reduce((sum, buffer) => sum + buffer.partitions.size, 0);
  }

  public isActive(key: string, partition: string): boolean {
    return this.open.get(key)?.partitions.has(partition) ?? false;
  }

  public add(key: string, record: T, at: Date, bytes: number, partition = key): void {
    const buffer = this.open.get(key) ?? new DeliveryBuffer<T>(key, at, this.limits);
    this.open.set(key, buffer);
    buffer.add(record, bytes, partition);
    if (buffer.isFull) this.close(buffer, at);
  }

  /** Delivers, in the order of their deadlines, the buffers that have waited long enough. */
  public deliverDue(now: Date): void {
    const due = [...this.open.values()].filter(buffer => buffer.deadline <= now);
    for (const buffer of due.sort((a, b) => a.deadline.getTime() - b.deadline.getTime())) this.close(buffer, buffer.deadline);
  }

  /** Delivers what is left. */
  public deliverAll(now: Date): void {
    this.deliverDue(now);
    for (const buffer of [...this.open.values()]) this.close(buffer, now);
  }

  private close(buffer: DeliveryBuffer<T>, at: Date): void {
    this.open.delete(buffer.key);
    this.deliver(buffer, at);
  }
}
