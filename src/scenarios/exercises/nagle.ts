import { IPPROTO_TCP, TCP_CORK } from '../../sockets/constants.ts';
import type { Socket } from '../../sockets/types.ts';
import type { Text } from '../../words/text.ts';
import { nagleChecks } from '../checks/nagle.ts';
import { tell, withStranger } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { nagleQuestions } from '../questions/flow.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { must } from '../support/must.ts';
import { INTERNET, RECV_BUFFERS, STREAM } from '../support/parameter-lists.ts';
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
  title: {
    en: 'Small writes before each reply: Nagle’s algorithm meets the delayed ACK',
    es: 'Escrituras pequeñas antes de cada respuesta: el algoritmo de Nagle y el ACK retrasado',
    ca: 'Escriptures petites abans de cada resposta: l’algorisme de Nagle i l’ACK retardat',
  },
  teaches: {
    en: 'Why two small sends and a reply can take 40 ms on a wire that needs microseconds: the second waits for the ACK of the first, and the other side delays that ACK.',
    es: 'Por qué dos send pequeños y una respuesta pueden tardar 40 ms en una red que necesita microsegundos: el segundo espera el ACK del primero, y el otro lado retrasa ese ACK.',
    ca: 'Per què dos send petits i una resposta poden trigar 40 ms en una xarxa que necessita microsegons: el segon espera l’ACK del primer, i l’altra banda retarda aquest ACK.',
  },
  lookFor: (parameters) => withStranger(parameters, nagleChecks(parameters)),
  questions: nagleQuestions,
  protocol: 'tcp',
  parameters: ['writes', 'rounds', 'chunk', 'cork', ...RECV_BUFFERS, ...STREAM],
  defaults: { chunk: 10, rounds: 4, 'recv-buffer': 1024 },
  narrow: {
    family: { choices: INTERNET },
    chunk: { max: 1400 },
  },
  variants: [
    {
      options: '--nodelay',
      shows: {
        en: 'TCP_NODELAY: every small send leaves at once, in a segment of its own.',
        es: 'TCP_NODELAY: cada send pequeño sale enseguida, en un segmento propio.',
        ca: 'TCP_NODELAY: cada send petit surt de seguida, en un segment propi.',
      },
    },
    {
      options: '--cork --writes 5',
      shows: {
        en: 'TCP_CORK: the five sends of a round leave together.',
        es: 'TCP_CORK: los cinco send de una vuelta salen juntos.',
        ca: 'TCP_CORK: els cinc send d’una volta surten plegats.',
      },
    },
    {
      options: '--quickack',
      shows: {
        en: 'TCP_QUICKACK at the reader: the ACK comes at once, and nothing waits for long.',
        es: 'TCP_QUICKACK en el lector: el ACK llega enseguida, y nada espera mucho.',
        ca: 'TCP_QUICKACK al lector: l’ACK arriba de seguida, i res no s’espera gaire.',
      },
    },
    {
      options: '--writes 4 --rounds 3 --family ipv6',
      shows: {
        en: 'Of four sends the first leaves at once, and the other three together after the ACK.',
        es: 'De cuatro send el primero sale enseguida, y los otros tres juntos tras el ACK.',
        ca: 'De quatre send el primer surt de seguida, i els altres tres plegats després de l’ACK.',
      },
    },
    {
      options: '--writes 1',
      shows: {
        en: 'One send a round: Nagle has nothing to hold back.',
        es: 'Un send por vuelta: Nagle no tiene nada que retener.',
        ca: 'Un send per volta: Nagle no té res a retenir.',
      },
    },
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge(parameters, outcome) {
    const ends = badEnds(outcome);
    return parameters.text('role') === 'both' ? [...ends, ...judgeBytes(parameters, outcome)] : ends;
  },
};

function judgeBytes(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const { writes, chunk, rounds } = roundsOf(parameters);
  const read = reports.get('server')?.['bytes read'];
  return read === writes * chunk * rounds
    ? []
    : [
        tell(
          `the server read ${read ?? 'no'} bytes of ${writes * chunk * rounds}`,
          `el servidor leyó ${read ?? 0} bytes de ${writes * chunk * rounds}`,
          `el servidor ha llegit ${read ?? 0} bytes de ${writes * chunk * rounds}`,
        ),
      ];
}
