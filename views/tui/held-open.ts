/** What the shown session reads from: it is closed when something else is shown, but not while somebody still reads. */
export class HeldOpen {
  private free: () => void = () => {};
  /** Who still reads, and what is no longer shown but read from. */
  private readers = 0;
  private readonly unfreed: (() => void)[] = [];

  /** Something else is shown, which `free` closes. */
  replace(free: () => void): void {
    this.unfreed.push(this.free);
    if (this.readers === 0) this.freeOld();
    this.free = free;
  }

  /** More is shown beside what is shown already. */
  add(free: () => void): void {
    const before = this.free;
    this.free = () => {
      before();
      free();
    };
  }

  /** What is shown while this goes on stays readable until it is over. */
  async whileOpen<T>(act: () => Promise<T>): Promise<T> {
    this.readers++;
    try {
      return await act();
    } finally {
      this.readers--;
      if (this.readers === 0) this.freeOld();
    }
  }

  /** A run that ends while the screen is left may still replace it: nothing is closed twice. */
  close(): void {
    const { free } = this;
    this.free = () => {};
    free();
  }

  private freeOld(): void {
    for (const each of this.unfreed.splice(0)) each();
  }
}
