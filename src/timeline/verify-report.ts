/** One invariant: how many comparisons were made (0: there was nothing to check), and in words what was found. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly checked: number;
  readonly detail: string;
}

const SHOWN_PROBLEMS = 3;

/** One check while it is made. Only the first problems are put into words; all are counted. */
export class Report {
  checked = 0;
  private readonly name: string;
  private readonly shown: string[] = [];
  private problems = 0;
  private notes: string[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** Counts one comparison; `problem` is asked for only when it is not as it must be. */
  expect(holds: boolean, problem: () => string): void {
    this.checked++;
    if (holds) return;
    this.problems++;
    if (this.shown.length < SHOWN_PROBLEMS) this.shown.push(problem());
  }

  /** Says something that is no problem: what could not be checked, and why. */
  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }

  result(): Check {
    const more = this.problems - this.shown.length;
    const said = [...this.shown, ...(more > 0 ? [`and ${more} more`] : []), ...this.notes];
    return { name: this.name, ok: this.problems === 0, checked: this.checked, detail: said.join('; ') };
  }
}
