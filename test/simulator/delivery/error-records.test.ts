import { gunzipSync } from 'node:zlib';
import type { JsonObject } from '../engines';
import { ErrorRecordOptions } from './error-records';
import { destination, objects, run, sampleEvent, simulate, Template } from '../samples/sample-template';

const NULL_KEY = (template: Template) => {
  destination(template).ProcessingConfiguration.Processors[0].Parameters[0].ParameterValue = '{event_type:.nothing}';
};

/** The error records of six events. */
async function errorText(options?: ErrorRecordOptions, change = NULL_KEY): Promise<string> {
  const simulation = simulate(change, { start: new Date(), errorRecords: options });
  await run(simulation, ...[1, 2, 3, 4, 5, 6].map(id => sampleEvent(id)));
  return Object.values(objects(simulation, 'errors/'))[0];
}

function parsed(text: string): JsonObject[] {
  return text.trimEnd().split('\n').map(line => JSON.parse(line) as JsonObject);
}

test('a record keeps the event as it came, with when and why it failed', async () => {
  const [record] = parsed(await errorText({ spelling: 'errorCode', numbersAsText: false }));
  expect(record).toEqual({
    attemptsMade: 1,
    arrivalTimestamp: expect.any(Number),
    errorCode: 'DynamicPartitioning.MetadataExtractionFailed',
    errorMessage: 'partition key event_type: got null',
    attemptEndingTimestamp: expect.any(Number),
    rawData: expect.any(String),
  });
  expect(JSON.parse(Buffer.from(record.rawData as string, 'base64').toString('utf8'))).toEqual(sampleEvent(1));
});

test('the spellings take turns, and then numbers become text', async () => {
  const records = parsed(await errorText());
  expect(records.map(record => Object.keys(record).find(name => /code$/i.test(name))))
    .toEqual(['errorCode', 'ErrorCode', 'lastErrorCode', 'errorCode', 'ErrorCode', 'lastErrorCode']);
  expect(records.map(record => Object.keys(record).find(name => /message$/i.test(name))).slice(0, 3)).toEqual(['errorMessage', 'ErrorMessage', 'lastErrorMessage']);
  expect(records.map(({ attemptsMade }) => attemptsMade)).toEqual([1, 1, 1, '1', '1', '1']);
});

test('the last line ends in a newline, or does not', async () => {
  expect(await errorText()).toMatch(/\}\n$/);
  expect(await errorText({ finalNewline: false })).toMatch(/\}$/);
});

test('objects are compressed like the data, or as told', async () => {
  const key = async (options: ErrorRecordOptions, compression: string) => {
    const { ledger, store } = await run(simulate(t => {
      NULL_KEY(t);
      destination(t).CompressionFormat = compression;
    }, { errorRecords: options }), sampleEvent(1));
    const [object] = ledger.writtenObjects;
    return [object.key.endsWith('.gz'), gunzips(store.get(object.bucket, object.key))];
  };
  expect(await key({}, 'GZIP')).toEqual([true, true]);
  expect(await key({}, 'UNCOMPRESSED')).toEqual([false, false]);
  expect(await key({ gzip: false }, 'GZIP')).toEqual([false, false]);
  expect(await key({ gzip: true }, 'UNCOMPRESSED')).toEqual([true, true]);
});

function gunzips(body: Buffer): boolean {
  try {
    return gunzipSync(body).length > 0;
  } catch {
    return false;
  }
}
