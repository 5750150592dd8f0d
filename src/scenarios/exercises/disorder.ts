import { IPPROTO_UDP } from '../../sockets/constants.ts';
import type { Text } from '../../words/text.ts';
import { disorderChecks } from '../checks/raw.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { disorderQuestions } from '../questions/datagram.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { eachDatagram } from '../support/inetd.ts';
import { must } from '../support/must.ts';
import { INTERNET } from '../support/parameter-lists.ts';
import { mayLose } from '../support/patience.ts';
import { rawSocket, udpDatagram } from '../support/raw.ts';
import { badEnds } from '../support/roles.ts';

/** Reads numbered datagrams, and tells what came twice and what came late. */
export function server(parameters: Parameters, role: RoleContext): void {
  const numbers: number[] = [];
  eachDatagram(orderOf(parameters).length, parameters, role, (_, { data }) => {
    numbers.push(data.readUInt32BE(0));
  });
  role.report('order', numbers.join(' '));
  role.report('twice', numbers.filter((number, n) => numbers.indexOf(number) < n).length);
  role.report(
    'late',
    numbers.filter((number, n) => numbers.slice(0, n).some((before) => before > number)).length,
  );
  role.print(`came: ${numbers.join(' ')}`);
}

/** Plays a network that duplicates and reorders: a raw socket puts the datagrams of one sender on the wire. */
export function client(parameters: Parameters, role: RoleContext): void {
  const raw = rawSocket(IPPROTO_UDP, parameters, role);
  const ports = { from: SENDER, to: parameters.number('port') };
  const isSix = parameters.text('family') === 'ipv6';
  for (const number of orderOf(parameters)) {
    const data = Buffer.alloc(4);
    data.writeUInt32BE(number);
    must(role, 'sendto', raw.sendto(udpDatagram(ports, data, isSix), [isSix ? '::1' : '127.0.0.1', 0]));
  }
  raw.close();
}

/** A port that nobody in the run has: replies would come to nobody, and none is sent. */
const SENDER = 9;

/** 1 to --rounds, of which every third comes twice, or changes places with the one before. */
function orderOf(parameters: Parameters): readonly number[] {
  const numbers = Array.from({ length: parameters.number('rounds') }, (_, n) => n + 1);
  const how = parameters.text('how');
  if (how !== 'reorder')
    return how === 'none' ? numbers : numbers.flatMap((n) => (n % 3 === 0 ? [n, n] : [n]));
  return numbers.map((n) => (n % 3 === 0 ? n - 1 : n % 3 === 2 && n < numbers.length ? n + 1 : n));
}

export const scenario: Scenario = {
  id: 'disorder',
  title: tell(
    'Datagrams that come twice, or in another order',
    'Datagramas que llegan dos veces, o en otro orden',
    'Datagrames que arriben dues vegades, o en un altre ordre',
  ),
  teaches: tell(
    'That UDP promises neither once nor in order: recvfrom gives whatever comes, as it comes, and only a number in the data tells.',
    'Que UDP no promete ni una sola vez ni en orden: recvfrom da lo que llega, tal como llega, y solo un número en los datos lo revela.',
    'Que UDP no promet ni una sola vegada ni en ordre: recvfrom dona el que arriba, tal com arriba, i només un número dins de les dades ho revela.',
  ),
  lookFor: disorderChecks,
  questions: disorderQuestions,
  protocol: 'udp',
  parameters: ['how', 'rounds', 'recv-buffer', 'family', 'port', 'rcvbuf'],
  defaults: { how: 'duplicate', rounds: 6, 'recv-buffer': 1024 },
  narrow: {
    family: { choices: INTERNET },
    how: {
      help: {
        en: 'what becomes of every third datagram (a raw socket plays the network: few kernels have netem)',
        es: 'qué le pasa a uno de cada tres datagramas (un socket raw hace de red: pocos núcleos tienen netem)',
        ca: 'què li passa a un de cada tres datagrames (un socket raw fa de xarxa: pocs nuclis tenen netem)',
      },
      choices: {
        duplicate: { en: 'it comes twice', es: 'llega dos veces', ca: 'arriba dues vegades' },
        reorder: { en: 'it overtakes the one before', es: 'adelanta al anterior', ca: 'avança l’anterior' },
        none: {
          en: 'nothing: each once, in order',
          es: 'nada: cada uno una vez, en orden',
          ca: 'res: cadascun un cop, en ordre',
        },
      },
    },
    rounds: {
      min: 3,
      max: 60,
      help: {
        en: 'how many datagrams are numbered',
        es: 'cuántos datagramas se numeran',
        ca: 'quants datagrames es numeren',
      },
    },
    'recv-buffer': { min: 4 },
  },
  variants: [
    {
      options: '--how reorder',
      shows: tell(
        'Every third datagram overtakes the one before.',
        'Uno de cada tres datagramas adelanta al anterior.',
        'Un de cada tres datagrames avança l’anterior.',
      ),
    },
    {
      options: '--how none --rounds 4',
      shows: tell(
        'Nothing in disorder, to compare with.',
        'Nada en desorden, para comparar.',
        'Res en desordre, per comparar.',
      ),
    },
    {
      options: '--family ipv6 --rounds 12',
      shows: tell(
        'Four of twelve come twice, over IPv6.',
        'Cuatro de doce llegan dos veces, sobre IPv6.',
        'Quatre de dotze arriben dues vegades, sobre IPv6.',
      ),
    },
  ],
  roles: () => [
    { name: 'server', side: 'server', index: 0, entry: 'server', ready: null },
    { name: 'client', side: 'client', index: 0, entry: 'client', ready: 'bind' },
  ],
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeOrder(parameters, outcome)],
};

function judgeOrder(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const sent = orderOf(parameters).join(' ');
  const came = reports.get('server')?.order;
  return came === sent || mayLose(parameters)
    ? []
    : [
        tell(
          `sent: ${sent}; came: ${came ?? 'nothing'}`,
          `enviado: ${sent}; llegado: ${came ?? 'nada'}`,
          `enviat: ${sent}; arribat: ${came ?? 'res'}`,
        ),
      ];
}
