/** Why a text is no filter, and where: offsets of characters in it, `to` is exclusive. */
export class FilterError extends Error {
  readonly from: number;
  readonly to: number;
  /** What to do about it; '' where the message says it all. */
  readonly hint: string;
  /** Nothing is wrong so far: the text ends before the filter does. */
  readonly unfinished: boolean;

  constructor(message: string, from: number, to: number, hint = '', unfinished = false) {
    super(message);
    this.name = 'FilterError';
    this.from = from;
    this.to = to;
    this.hint = hint;
    this.unfinished = unfinished;
  }
}
