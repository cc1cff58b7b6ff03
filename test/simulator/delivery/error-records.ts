/**
 * What Firehose writes to the error prefix. AWS's documentation and reports from the field spell the keys in three ways, write numbers
 * as numbers or as strings, and leave open whether the objects are compressed and end in a newline: readers must cope with all of it,
 * so the simulator writes all of it.
 */

import type { JsonObject } from '../engines';

/** The spellings of the keys for code and message. */
export const ERROR_SPELLINGS = ['errorCode', 'ErrorCode', 'lastErrorCode'] as const;

/** One of the spellings. */
export type ErrorSpelling = typeof ERROR_SPELLINGS[number];

/** How error records are written, where what AWS does is not known. */
export interface ErrorRecordOptions {
  /** @default - each in turn */
  readonly spelling?: ErrorSpelling;
  /** @default - with each turn of the spellings the other */
  readonly numbersAsText?: boolean;
  /** @default - compressed like the data */
  readonly gzip?: boolean;
  /** Whether the last line of an object ends in a newline. @default true */
  readonly finalNewline?: boolean;
}

/** A record that Firehose could not deliver. */
export interface FailedRecord {
  /** The record as it came, before any processor. */
  readonly data: string;
  readonly arrival: Date;
  readonly errorCode: string;
  readonly errorMessage: string;
}

/** Writes error records, in the spellings' turn. */
export class ErrorRecordWriter {
  private written = 0;

  public constructor(public readonly options: ErrorRecordOptions = {}) {}

  /** The record as a line, without its newline. */
  public line(record: FailedRecord, failedAt: Date): string {
    const turn = this.written++;
    const code = this.options.spelling ?? ERROR_SPELLINGS[turn % ERROR_SPELLINGS.length];
    const asText = this.options.numbersAsText ?? Math.floor(turn / ERROR_SPELLINGS.length) % 2 === 1;
    const number = (value: number) => asText ? String(value) : value;
    const error: JsonObject = {
      attemptsMade: number(1),
      arrivalTimestamp: number(record.arrival.getTime()),
      [code]: record.errorCode,
      [code.replace(/Code$/, 'Message')]: record.errorMessage,
      attemptEndingTimestamp: number(failedAt.getTime()),
      rawData: Buffer.from(record.data, 'utf8').toString('base64'),
    };
    return JSON.stringify(error);
  }

  /** An object's content. */
  public content(lines: string[]): string {
    return lines.join('\n') + (this.options.finalNewline ?? true ? '\n' : '');
  }
}
