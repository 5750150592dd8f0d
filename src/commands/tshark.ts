import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { EXIT, UserError } from '../../capture/user-error.ts';
import { FLAG_FIELDS } from '../diagnosis/flags.ts';

export interface TsharkFlags {
  /** 'TShark (Wireshark) 4.0.17'. */
  readonly version: string;
  /** Bits of FLAG by frame.number; frames without flags are left out. */
  readonly flags: ReadonlyMap<number, number>;
  /** What tshark said when it could not read the file to its end; null when it could. */
  readonly complaint: string | null;
  /** Texts of the fields that were asked for besides, by frame.number. */
  readonly values: ReadonlyMap<number, readonly string[]>;
}

/**
 * Asks the installed tshark for its flags of every TCP frame and for further fields. Fragments of IP are put together as
 * by default, streams are not: that moves no flag. A UserError when there is no tshark.
 */
export async function tsharkFlags(file: string, further: readonly string[] = []): Promise<TsharkFlags> {
  const fields = ['frame.number', ...FLAG_FIELDS.map(([, field]) => field), ...further];
  const preferences = ['tcp.desegment_tcp_streams:FALSE', 'ip.defragment:TRUE', 'ipv6.defragment:TRUE'];
  const version = await firstLine(['--version']);
  const flags = new Map<number, number>();
  const others = new Map<number, readonly string[]>();
  const complaint = await eachLine(
    [
      ...['-n', '-r', file, '-Y', 'tcp', '-T', 'fields'],
      ...preferences.flatMap((preference) => ['-o', preference]),
      ...fields.flatMap((field) => ['-e', field]),
    ],
    (line) => {
      const [number = '', ...values] = line.split('\t');
      let bits = 0;
      for (const [index, [bit]] of FLAG_FIELDS.entries()) if ((values[index] ?? '') !== '') bits |= bit;
      if (bits !== 0) flags.set(Number(number), bits);
      if (further.length > 0) others.set(Number(number), values.slice(FLAG_FIELDS.length));
    },
  );
  return { version, flags, complaint, values: others };
}

async function firstLine(args: readonly string[]): Promise<string> {
  let first = '';
  await eachLine(args, (line) => {
    if (first === '') first = line.replace(/ \(Git.*/, '').replace(/\.$/, '');
  });
  return first;
}

/** Returns what tshark complained of where it stopped at damage, else null. */
async function eachLine(args: readonly string[], take: (line: string) => void): Promise<string | null> {
  const child = spawn('tshark', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  // Without a listener a failed start would end us before it is explained.
  ended.catch(() => {});
  for await (const line of createInterface({ input: child.stdout })) take(line);
  const code = await ended.catch(() => {
    throw new UserError('tshark is not installed', {
      hint: 'apt install tshark',
      exitCode: EXIT.usage,
    });
  });
  const said = complaint.trim().split('\n').pop() ?? '';
  // 2: the file is damaged further on; what tshark could read has come.
  if (code !== 0 && code !== 2)
    throw new UserError(`tshark failed: ${said}`, {
      hint: 'run tshark on the file by itself to see more',
      exitCode: EXIT.failed,
    });
  return code === 0 ? null : said;
}
