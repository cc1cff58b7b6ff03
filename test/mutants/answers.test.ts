import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Answers } from './answers';
import { deliver } from './outcome';
import { defaultArchive } from '../full-archive';
import { embeddedEngines } from '../simulator/embedded/engines';
import { DuckDbQueryEngine } from '../simulator/embedded/sql';
import type { Simulation } from '../simulator/simulation';
import { SimulatedTemplate } from '../simulator/template/template';

const NOW = new Date();
const TOMORROW = new Date(NOW.getTime() + 24 * 3600 * 1000);

const folder = fs.mkdtempSync(path.join(tmpdir(), 'event-audit-archive-answers-'));
const asked = jest.spyOn(DuckDbQueryEngine.prototype, 'query');

afterEach(() => { asked.mockClear(); });

afterAll(() => {
  asked.mockRestore();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A simulation of the default archive that gets no events, with something behind its first saved query. */
async function simulation(ending = ''): Promise<{ template: SimulatedTemplate; simulation: Simulation }> {
  const copy = JSON.parse(JSON.stringify(defaultArchive()));
  const query = Object.values<any>(copy.Resources).find(({ Type }) => Type === 'AWS::Athena::NamedQuery');
  query.Properties.QueryString = { 'Fn::Join': ['', [query.Properties.QueryString, ending]] };
  const template = SimulatedTemplate.parse(copy);
  const { simulation: run } = await deliver(template, [], { engines: embeddedEngines(), folder: path.join(folder, 'run'), now: NOW });
  return { template, simulation: run };
}

/** The answers on days that the clock tells, the last of them for good, and another simulation that answers the same in other words. */
async function answersOn(...days: Date[]): Promise<{ answers: Answers; other: Simulation }> {
  const clock = () => days.length > 1 ? days.shift()! : days[0];
  const answers = new Answers({ ...await simulation(), folder: path.join(folder, 'answers'), now: NOW, clock });
  return { answers, other: (await simulation('\n-- the same')).simulation };
}

test('what was answered is remembered for a day, and on the next the baseline is asked again', async () => {
  const { answers, other } = await answersOn(NOW, NOW, NOW, NOW, TOMORROW);
  const counts: number[] = [];
  for (let time = 0; time < 3; time++) {
    expect(await answers.difference(other)).toBeUndefined();
    counts.push(asked.mock.calls.length);
  }
  await answers.close();
  const [first] = counts;
  expect(first).toBeGreaterThan(0);
  expect(counts).toEqual([first, first, 2 * first]);
});

test('what was asked while the day changed is asked again', async () => {
  const { answers, other } = await answersOn(NOW, TOMORROW);
  expect(await answers.difference(other)).toBeUndefined();
  const beyondMidnight = asked.mock.calls.length;
  expect(await answers.difference(other)).toBeUndefined();
  await answers.close();
  expect(beyondMidnight).toBeGreaterThan(0);
  expect(asked).toHaveBeenCalledTimes(beyondMidnight);
});
