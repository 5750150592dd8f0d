import { createHash } from 'node:crypto';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { type Payload, payloadOf } from './payload.ts';

/** A file on its way out, a datagram's worth at a time. */
export class OutgoingFile {
  private readonly content: Payload;
  private readonly chunk: number;
  private readonly hash = createHash('sha256');
  private readonly role: RoleContext;
  /** Datagrams of data so far: also the number of the next one. */
  count = 0;

  constructor(parameters: Parameters, role: RoleContext) {
    this.content = payloadOf(parameters);
    this.chunk = parameters.number('chunk');
    this.role = role;
  }

  /** Each piece with its number; its bytes are valid until the next one. */
  *pieces(): Generator<{ readonly number: number; readonly bytes: Buffer }> {
    for (let at = 0; at < this.content.length; at += this.chunk) {
      const bytes = this.content.slice(at, this.chunk);
      this.hash.update(bytes);
      yield { number: this.count, bytes };
      this.count += 1;
      this.role.progress(at + bytes.length, this.content.length);
    }
    this.content.close();
  }

  report(): void {
    this.role.report('bytes', this.content.length);
    this.role.report('data datagrams', this.count);
    this.role.report('sha256', this.hash.digest('hex'));
  }
}

/** A file on its way in: its bytes in the order in which they came. */
export class IncomingFile {
  private readonly hash = createHash('sha256');
  private bytes = 0;
  private count = 0;

  take(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.bytes += bytes.length;
    this.count += 1;
  }

  report(role: RoleContext): void {
    role.report('bytes', this.bytes);
    role.report('data datagrams', this.count);
    role.report('sha256', this.hash.digest('hex'));
  }
}
