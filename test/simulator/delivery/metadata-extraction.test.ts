import { MetadataExtraction } from './metadata-extraction';
import { EmbeddedJq } from '../embedded/jq';

test('only an object has partition keys, whatever jq makes of the rest', async () => {
  const results = await new MetadataExtraction('{a:"x"}').extract(new EmbeddedJq(), ['{}', '[1]', '"text"', 'null', '{']);
  expect(results.map(({ partitionKeys }) => partitionKeys)).toEqual([{ a: 'x' }, undefined, undefined, undefined, undefined]);
});

test('50 partition keys are the most', () => {
  const query = (count: number) => `{${Array.from({ length: count }, (_, index) => `k${index}:.x`).join(',')}}`;
  expect(new MetadataExtraction(query(50)).keys).toHaveLength(50);
  expect(() => new MetadataExtraction(query(51))).toThrow('51 partition keys; Firehose takes 50');
});
