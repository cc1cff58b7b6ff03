/**
 * The simulation's clock. It runs from a moment in the past as fast as the simulation wants, and never passes the real now: SQL's
 * `current_date` and a projection's `NOW` must agree with it.
 */

/** A clock that moves when it is told to. */
export class VirtualClock {
  private time: number;

  public constructor(start: Date, private readonly realNow: () => Date = () => new Date()) {
    this.time = start.getTime();
    this.checkNotInFuture(start);
  }

  public get now(): Date {
    return new Date(this.time);
  }

  /** Moves on. Going back, or past the real now, is an error. */
  public advanceTo(moment: Date): void {
    if (Number.isNaN(moment.getTime())) throw new Error('the virtual clock cannot advance to an invalid date');
    if (moment.getTime() < this.time) {
      throw new Error(`the virtual clock cannot go back from ${this.now.toISOString()} to ${moment.toISOString()}`);
    }
    this.checkNotInFuture(moment);
    this.time = moment.getTime();
  }

  /** Moves to the real now. */
  public catchUp(): void {
    this.advanceTo(this.realNow());
  }

  private checkNotInFuture(moment: Date): void {
    const now = this.realNow();
    if (moment > now) throw new Error(`the virtual clock cannot be at ${moment.toISOString()}: the real now is ${now.toISOString()}`);
  }
}
