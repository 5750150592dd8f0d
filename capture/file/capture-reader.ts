import { EXIT, UserError } from '../user-error.ts';
import { CaptureBuilder } from './builder.ts';
import type { FrameSource } from './frame-source.ts';
import { PcapParser } from './pcap-parser.ts';
import { PcapngParser } from './pcapng-parser.ts';
import { SNIFF_BYTES, sniff } from './sniff.ts';

const HINT = 'sockscope opens pcap and pcapng captures, also gzipped';

/** Takes the bytes of a capture of either kind, in order and however cut, and builds the Capture. */
export class CaptureReader {
  readonly capture: CaptureBuilder;
  /** Nothing more in the file can be read. */
  get stopped(): boolean {
    return this.parser?.stopped ?? false;
  }
  /** It is known what the file is. */
  get begun(): boolean {
    return this.parser !== null;
  }
  /** Bytes taken so far. */
  get bytes(): number {
    return this.parser?.fed ?? this.head.length;
  }
  private parser: PcapParser | PcapngParser | null = null;
  private head = new Uint8Array(0);
  private readonly name: string;

  private readonly gzip: boolean;

  /** `name` is how messages call the file; `gzip` says that the bytes come out of one. */
  constructor(name: string, source: FrameSource, gzip = false) {
    this.name = name;
    this.gzip = gzip;
    this.capture = new CaptureBuilder('unknown', source);
  }

  /** Takes the next bytes; a UserError (exit code 4) when they are no capture. */
  feed(chunk: Uint8Array): void {
    if (this.parser !== null) {
      this.pass(this.parser, chunk);
      return;
    }
    const head = new Uint8Array(this.head.length + chunk.length);
    head.set(this.head);
    head.set(chunk, this.head.length);
    this.head = head;
    this.decide(head.length >= SNIFF_BYTES);
  }

  /** Says that the file ends here; a UserError (exit code 4) when nothing in it could be read. */
  end(): void {
    if (this.parser === null) this.decide(true);
    this.parser?.end();
    const [problem] = this.capture.problems;
    if (this.capture.interfaces.length === 0 && problem !== undefined) {
      throw new UserError(`${this.name} holds no capture that can be read: ${problem.message}`, {
        hint: HINT,
        exitCode: EXIT.damaged,
      });
    }
  }

  private decide(whole: boolean): void {
    const { head } = this;
    if (whole && head.length === 0) {
      throw new UserError(`${this.name} is empty`, {
        hint: 'a capture has a header even when it holds no packets; was the program that wrote it stopped at once?',
        exitCode: EXIT.damaged,
      });
    }
    const sniffed = sniff(head, whole);
    switch (sniffed.kind) {
      case 'unknown-yet':
        return;
      case 'pcap':
        this.parser = new PcapParser(this.capture);
        break;
      case 'pcapng':
        this.parser = new PcapngParser(this.capture);
        this.capture.format = 'pcapng';
        break;
      case 'gzip':
        throw this.notACapture('a gzip file');
      case 'other':
        throw this.notACapture(sniffed.name);
      default:
        sniffed satisfies never;
    }
    this.head = new Uint8Array(0);
    if (this.parser !== null) this.pass(this.parser, head);
  }

  private pass(parser: PcapParser | PcapngParser, chunk: Uint8Array): void {
    parser.feed(chunk);
    if (parser instanceof PcapParser && parser.format !== null) this.capture.format = parser.format;
  }

  private notACapture(what: string): UserError {
    const kind = this.gzip ? `a gzip of ${what}` : what;
    return new UserError(`${this.name} is not a capture: it is ${kind}`, {
      hint: HINT,
      exitCode: EXIT.damaged,
    });
  }
}
