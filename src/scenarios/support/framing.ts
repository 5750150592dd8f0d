import type { Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { giveUp, must } from './must.ts';
import { receive } from './transmit.ts';
import { quickAck, recvSize } from './tune.ts';

export type ItemType = 'text' | 'image';

export interface Framing {
  /** The bytes that go over the wire for one item. */
  pack(type: ItemType, item: Buffer): Buffer;
  /** The next item of the stream. */
  read(reader: ItemReader): Buffer;
}

const LENGTH_BYTES = 4;
/** More than this no peer may announce. */
const LONGEST = 1 << 26;
/** EOT ends an item; DLE in front of a byte says that it is meant literally. */
const END = 0x04;
const ESCAPE = 0x10;
const TYPES: Readonly<Record<ItemType, number>> = { text: 1, image: 2 };

export const FRAMINGS: Readonly<Record<string, Framing>> = {
  naive: { pack: (_, item) => item, read: (reader) => reader.exactly(0) },
  length: {
    pack: (_, item) => Buffer.concat([lengthOf(item), item]),
    read: (reader) => reader.counted(),
  },
  tlv: {
    pack: (type, item) => Buffer.concat([Buffer.from([TYPES[type]]), lengthOf(item), item]),
    read(reader) {
      reader.exactly(1); // the type: a receiver that does not know it can still skip the item
      return reader.counted();
    },
  },
  delimiter: {
    pack: (_, item) => Buffer.concat([escaped(item), Buffer.from([END])]),
    read: (reader) => reader.delimited(),
  },
};

function lengthOf(item: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(item.length);
  return length;
}

function escaped(item: Buffer): Buffer {
  const bytes: number[] = [];
  for (const byte of item) {
    if (byte === END || byte === ESCAPE) bytes.push(ESCAPE);
    bytes.push(byte);
  }
  return Buffer.from(bytes);
}

/** Takes items out of a server's connection. */
export class ItemReader {
  private readonly s: Socket;
  private readonly parameters: Parameters;
  private readonly role: RoleContext;
  /** Read already, and not yet looked at: what came behind a delimiter. */
  private rest: Buffer = Buffer.alloc(0);

  constructor(s: Socket, parameters: Parameters, role: RoleContext) {
    this.s = s;
    this.parameters = parameters;
    this.role = role;
  }

  /** So many bytes and no more: what lies behind them stays in the socket. */
  exactly(length: number): Buffer {
    const bytes = receive(this.s, length, this.parameters, this.role, 'server');
    return bytes.length === length ? bytes : giveUp(this.role, 'the stream ended inside an item');
  }

  /** A length, and then as many bytes. */
  counted(): Buffer {
    const length = this.exactly(LENGTH_BYTES).readUInt32BE();
    return length > LONGEST
      ? giveUp(this.role, `an item of ${length} bytes is too long`)
      : this.exactly(length);
  }

  /** Everything up to the delimiter, without the escapes. */
  delimited(): Buffer {
    const bytes: number[] = [];
    let literal = false;
    for (;;) {
      for (const [at, byte] of this.rest.entries()) {
        if (!literal && byte === END) {
          this.rest = this.rest.subarray(at + 1);
          return Buffer.from(bytes);
        }
        const escapes: boolean = !literal && byte === ESCAPE;
        if (!escapes) bytes.push(byte);
        literal = escapes;
      }
      if (bytes.length > LONGEST) giveUp(this.role, `no delimiter in ${LONGEST} bytes`);
      this.rest = this.more();
    }
  }

  private more(): Buffer {
    quickAck(this.s, this.parameters, this.role);
    const data = must(this.role, 'recv', this.s.recv(recvSize(this.parameters, 'server')));
    return data.length > 0 ? Buffer.from(data) : giveUp(this.role, 'the stream ended inside an item');
  }
}
