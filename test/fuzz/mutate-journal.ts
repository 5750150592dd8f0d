import type { Numbers } from './numbers.ts';

/** What a call's field must not be believed to be. */
const VALUES = [
  ...['', '0', '-1', '1', '-0', '1e9', '007', '9007199254740991', '9007199254740993', '-9007199254740991'],
  ...[
    '18446744073709551615',
    '9999999999999999999',
    '4294967295',
    '2147483648',
    'NaN',
    'null',
    'true',
    '{}',
    '[]',
  ],
  ...[
    '{"a":{"b":[1]}}',
    '{"__proto__":1}',
    '{"addr":"["}',
    '[1,2',
    'constructor',
    '__proto__',
    'server',
    'client',
  ],
  ...[
    'server:1',
    'client:1',
    'server:99',
    ':',
    '127.0.0.1:3500',
    '127.0.0.1:99999',
    '[::1]:80',
    '[::',
    '0.0.0.0:0',
  ],
  ...[
    'ECONNREFUSED',
    'EAGAIN',
    'ENOSUCH',
    'enter',
    'exit',
    '\u001b[2J',
    '\u202e',
    'a'.repeat(5000),
    '💥',
    '/tmp/x',
  ],
];
const CALLS = [
  ...[
    'socket',
    'bind',
    'listen',
    'accept',
    'accept4',
    'connect',
    'send',
    'sendto',
    'sendmsg',
    'sendall',
    'recv',
  ],
  ...[
    'recvfrom',
    'recvmsg',
    'shutdown',
    'close',
    'poll',
    'select',
    'setsockopt',
    'getsockopt',
    'nosuchcall',
    'toString',
  ],
];

/** Damages the text of a journal entry: values, names, lines, the binary form; a changed copy. */
export function mutateJournal(body: Buffer, pick: Numbers, other: Buffer | null): Buffer {
  if (pick.chance(0.1)) return binaryForm(body, pick);
  // Kept as Latin-1, in which every byte is a character.
  const lines = body.toString('latin1').split('\n');
  const at = pick.below(lines.length);
  const line = lines[at] ?? '';
  const name = line.split('=')[0] ?? '';
  switch (pick.below(7)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(pick.below(lines.length), 0, line);
      break;
    case 2: {
      // A line of another call: two calls that contradict each other.
      const others = other?.toString('latin1').split('\n') ?? [];
      const same = others.find((each) => each.startsWith(`${name}=`));
      lines[at] = same ?? pick.of(others, '');
      break;
    }
    case 3: {
      const call = lines.findIndex((each) => each.startsWith('SOCKSCOPE_CALL='));
      if (call >= 0) lines[call] = `SOCKSCOPE_CALL=${pick.of(CALLS, 'send')}`;
      break;
    }
    case 4: {
      const numbers = lines.flatMap((each, index) => (/=-?\d+$/.test(each) ? [index] : []));
      const chosen = pick.of(numbers, at);
      const [key = '', value = '0'] = (lines[chosen] ?? '').split('=');
      const moved = BigInt(/^-?\d{1,30}$/.test(value) ? value : '0') + BigInt(pick.word() - 2 ** 31);
      lines[chosen] = `${key}=${pick.chance(0.5) ? moved : BigInt(pick.word())}`;
      break;
    }
    default:
      lines[at] = `${name}=${Buffer.from(pick.of(VALUES, '')).toString('latin1')}`;
  }
  return padded(Buffer.from(lines.join('\n'), 'latin1'), 0x0a);
}

/** A field in the journal's binary form, whose length may lie. */
function binaryForm(body: Buffer, pick: Numbers): Buffer {
  const name = pick.of(['SOCKSCOPE_DATA', 'SOCKSCOPE_ARGS', 'MESSAGE', '_PID', 'SOCKSCOPE_CALL'], 'MESSAGE');
  const length = Buffer.alloc(8);
  const data = Buffer.alloc(pick.below(40), pick.below(256));
  const claimed = pick.chance(0.5) ? BigInt(data.length) : (BigInt(pick.word()) << 32n) | BigInt(pick.word());
  length.writeBigUInt64LE(claimed);
  const field = Buffer.concat([Buffer.from(`${name}\n`), length, data, Buffer.from('\n')]);
  return padded(pick.chance(0.5) ? Buffer.concat([field, body]) : Buffer.concat([body, field]), 0x0a);
}

/** Filled to a multiple of four bytes, which a block must have. */
export function padded(body: Buffer, fill = 0): Buffer {
  return Buffer.concat([body, Buffer.alloc((4 - (body.length & 3)) & 3, fill)]);
}
