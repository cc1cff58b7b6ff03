// The days that a table covers: Athena projects a partition for each, so the range neither starts long before the data nor misses any.

import { invalid, isKnown, show } from '../private/validate';

/** The first day of every projection unless told otherwise: an archive cannot hold what arrived before this library existed. */
export const FIRST_DATE = '2026-01-01';

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The parameters of a projected column, without the `projection.<column>.` before each name. */
export type Projection = { readonly [name: string]: string };

/** From a day to a day, or to today. */
export class DateRange {
  public readonly firstDate: string;
  public readonly lastDate?: string;

  constructor(firstDate: string = FIRST_DATE, lastDate?: string) {
    this.firstDate = firstDate;
    this.lastDate = lastDate;
  }

  /** The projection of a `yyyy-MM-dd` column. */
  public get projection(): Projection {
    return {
      'type': 'date', 'format': 'yyyy-MM-dd', 'range': `${this.firstDate},${this.end}`, 'interval': '1', 'interval.unit': 'DAYS',
    };
  }

  /** A range of a single day fails every query (`range '…' is not sequential`), so it has the next day beside it, on which nothing is. */
  private get end(): string {
    if (this.lastDate === undefined) return 'NOW';
    return this.lastDate > this.firstDate ? this.lastDate : dayAfter(this.lastDate);
  }
}

/** A day, or an error that names the prop. It is needed at synthesis, so it is no token. */
export function checkedDate(prop: string, date: string | undefined): string | undefined {
  if (date === undefined) return undefined;
  if (!isKnown(date)) invalid(prop, 'a token', 'the day is needed at synthesis: give it as a literal, for example 2026-01-31');
  if (!DATE.test(date) || !isDay(date)) invalid(prop, show(date), 'give an existing day as yyyy-MM-dd, for example 2026-01-31');
  if (date > new Date().toISOString().slice(0, 10)) invalid(prop, show(date), 'the day is still to come: give today or an earlier one');
  return date;
}

function dayAfter(date: string): string {
  const time = new Date(`${date}T00:00:00Z`);
  time.setUTCDate(time.getUTCDate() + 1);
  return time.toISOString().slice(0, 10);
}

/** `2026-02-30` is read as a day of March. */
function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}
