import { IPPROTO_TCP, TCP_CORK } from '../../sockets/constants.ts';
import type { Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { must } from '../support/must.ts';
import { RECV_BUFFERS, STREAM } from '../support/parameter-lists.ts';
import { randomPayload } from '../support/payload.ts';
import { badEnds, plans } from '../support/roles.ts';
import { accepted, connected, listening } from '../support/stream.ts';
import { receive } from '../support/transmit.ts';

/** The answer to all the writes of a round. */
const REPLY = Buffer.from('ok');

/** Each round: --writes small sends, one right after the other, and then the reply. */
export function client(parameters: Parameters, role: RoleContext): void {
  const { writes, chunk, rounds } = roundsOf(parameters);
  const data = randomPayload(chunk * writes, parameters.number('seed')).slice(0, chunk * writes);
  const s = connected(parameters, role);
  let longest = 0;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    cork(s, true, parameters, role);
    for (let n = 0; n < writes; n += 1) must(role, 'send', s.send(data.subarray(n * chunk, (n + 1) * chunk)));
    cork(s, false, parameters, role);
    receive(s, REPLY.length, parameters, role, 'client');
    longest = Math.max(longest, performance.now() - start);
  }
  s.close();
  role.report('longest round (ms)', Math.round(longest * 10) / 10);
}

/** Reads a whole round before it answers: until then its kernel has nothing to send an ACK along with. */
export function server(parameters: Parameters, role: RoleContext): void {
  const { writes, chunk, rounds } = roundsOf(parameters);
  const listener = listening(parameters, role);
  const connection = accepted(listener, parameters, role);
  let bytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    bytes += receive(connection, writes * chunk, parameters, role, 'server').length;
    must(role, 'send', connection.send(REPLY));
  }
  // The client closes first; recv then returns 0.
  must(role, 'recv', connection.recv(1));
  connection.close();
  listener.close();
  role.report('bytes read', bytes);
}

/** TCP_CORK holds back what does not fill a segment, until it is taken off. */
function cork(s: Socket, on: boolean, parameters: Parameters, role: RoleContext): void {
  if (parameters.flag('cork')) must(role, 'setsockopt TCP_CORK', s.setsockopt(IPPROTO_TCP, TCP_CORK, on));
}

function roundsOf(parameters: Parameters): { writes: number; chunk: number; rounds: number } {
  const number = (name: string) => parameters.number(name);
  return { writes: number('writes'), chunk: number('chunk'), rounds: number('rounds') };
}

export const scenario: Scenario = {
  id: 'nagle',
  title: 'Small writes before each reply: Nagle’s algorithm meets the delayed ACK',
  teaches:
    'Why two small sends and a reply can take 40 ms on a wire that needs microseconds: the second waits for the ACK of the first, and the other side delays that ACK.',
  lookFor: [],
  protocol: 'tcp',
  parameters: ['writes', 'rounds', 'chunk', 'cork', ...RECV_BUFFERS, ...STREAM],
  defaults: { chunk: 10, rounds: 4, 'recv-buffer': 1024 },
  narrow: { chunk: { max: 1400 } },
  variants: [
    '--nodelay',
    '--cork --writes 5',
    '--quickack',
    '--writes 4 --rounds 3 --family ipv6',
    '--writes 1',
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge(parameters, outcome) {
    const ends = badEnds(outcome);
    return parameters.text('role') === 'both' ? [...ends, ...judgeBytes(parameters, outcome)] : ends;
  },
};

function judgeBytes(parameters: Parameters, { reports }: Outcome): readonly string[] {
  const { writes, chunk, rounds } = roundsOf(parameters);
  const read = reports.get('server')?.['bytes read'];
  return read === writes * chunk * rounds
    ? []
    : [`the server read ${read ?? 'no'} bytes of ${writes * chunk * rounds}`];
}
