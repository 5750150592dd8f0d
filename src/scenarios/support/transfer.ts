import { createHash, type Hash } from 'node:crypto';
import type { Socket } from '../../sockets/types.ts';
import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import type { Text } from '../../words/text.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { must } from './must.ts';
import type { Payload } from './payload.ts';
import { transmit } from './transmit.ts';
import { quickAck, recvSize } from './tune.ts';

/** Content is made and hashed in pieces of about this size, whatever the size of the sends: both cost less so. */
const BATCH = 1 << 20;

export const LENGTH_BYTES = 4;
export const ANSWER = 'finished';

export interface Received {
  readonly bytes: number;
  readonly sha256: string;
}

/** Sends a payload, --chunk bytes a call. Returns the SHA-256 of what was sent. */
export function sendContent(s: Socket, content: Payload, parameters: Parameters, role: RoleContext): string {
  const chunk = parameters.number('chunk');
  const batch = Math.max(1, Math.floor(BATCH / chunk)) * chunk;
  const hash = createHash('sha256');
  for (let at = 0; at < content.length; at += batch) {
    const bytes = content.slice(at, batch);
    hash.update(bytes);
    for (let from = 0; from < bytes.length; from += chunk) {
      transmit(s, bytes.subarray(from, from + chunk), parameters, role);
      // The server tells how far the transfer is, where there is one of ours.
      if (parameters.text('role') === 'client') role.progress(at + from, content.length);
    }
  }
  return hash.digest('hex');
}

/** One client's file on its way in: first its length, then so many bytes. */
export class Incoming {
  private readonly hash: Hash = createHash('sha256');
  private readonly header: Buffer = Buffer.alloc(LENGTH_BYTES);
  private headerBytes = 0;
  private length = Number.POSITIVE_INFINITY;
  private bytes = 0;
  private hasEnded = false;

  /** How many more bytes of the stream belong to this file, as far as is known. */
  get missing(): number {
    return this.headerBytes < LENGTH_BYTES ? LENGTH_BYTES - this.headerBytes : this.length - this.bytes;
  }

  /** One recv, which may return any part of what is missing. Returns false when the stream ended too early. */
  receive(connection: Socket, parameters: Parameters, role: RoleContext): boolean {
    quickAck(connection, parameters, role);
    const data = must(role, 'recv', connection.recv(Math.min(this.missing, recvSize(parameters, 'server'))));
    if (this.headerBytes < LENGTH_BYTES) this.takeHeader(data);
    else {
      this.hash.update(data);
      this.bytes += data.length;
      role.progress(this.bytes, this.length);
    }
    this.hasEnded = data.length === 0;
    return data.length > 0;
  }

  /** What a client announced that sent less before its FIN, in bytes; null for others. */
  get cutShortOf(): number | null {
    return this.hasEnded && this.headerBytes === LENGTH_BYTES ? this.length : null;
  }

  /** What a client left out that ended its stream too early; null for others. */
  get shortfall(): Text | null {
    if (!this.hasEnded) return null;
    return this.headerBytes < LENGTH_BYTES ? noLength(this.headerBytes) : tooShort(this.length, this.bytes);
  }

  result(): Received {
    return { bytes: this.bytes, sha256: this.hash.digest('hex') };
  }

  private takeHeader(data: Buffer): void {
    data.copy(this.header, this.headerBytes);
    this.headerBytes += data.length;
    if (this.headerBytes === LENGTH_BYTES) this.length = this.header.readUInt32BE(0);
  }
}

const tooShort = (announced: number, sent: number): Text => ({
  en: `the client announced ${en(announced, 'byte')} and sent ${sent} before its FIN`,
  es: `el cliente anunció ${es(announced, 'byte')} y envió ${sent} antes de su FIN`,
  ca: `el client ha anunciat ${ca(announced, 'byte')} i n’ha enviat ${sent} abans del seu FIN`,
});
const noLength = (sent: number): Text => ({
  en: `the client sent ${sent} of the ${LENGTH_BYTES} bytes of the length before its FIN`,
  es: `el cliente envió ${sent} de los ${LENGTH_BYTES} bytes de la longitud antes de su FIN`,
  ca: `el client ha enviat ${sent} dels ${LENGTH_BYTES} bytes de la longitud abans del seu FIN`,
});
