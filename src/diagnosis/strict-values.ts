/** Values beside the flags, kept for the rows that have them. Times in ns. */
export class StrictValues {
  readonly dupNum = new Map<number, number>();
  readonly dupRow = new Map<number, number>();
  readonly rto = new Map<number, number>();
  readonly acksRow = new Map<number, number>();
  readonly ackRtt = new Map<number, number>();

  duplicateAck(row: number, count: number, of: number): void {
    this.dupNum.set(row, count);
    this.dupRow.set(row, of);
  }

  retransmission(row: number, since: number): void {
    this.rto.set(row, since);
  }

  acks(row: number, of: number, rtt: number): void {
    this.acksRow.set(row, of);
    this.ackRtt.set(row, rtt);
  }
}
