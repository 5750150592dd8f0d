import type { Socket } from '../../sockets/types.ts';
import type { Text } from '../../words/text.ts';
import { sendChecks } from '../checks/send.ts';
import { tell, withStranger } from '../checks/tools.ts';
import { type Parameters, restoreParameters } from '../parameters.ts';
import { sendQuestions } from '../questions/border.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { must } from '../support/must.ts';
import { STREAM } from '../support/parameter-lists.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, plans } from '../support/roles.ts';
import { accepted, connected, listening } from '../support/stream.ts';
import { readToEnd } from '../support/until-end.ts';

type Way = 'once' | 'loop' | 'sendall';
const ALL: readonly Way[] = ['once', 'loop', 'sendall'];

/** Sends the same message each way, over a connection of its own. */
export function client(parameters: Parameters, role: RoleContext): void {
  const message = payloadOf(parameters);
  const data = Buffer.from(message.slice(0, message.length));
  for (const way of waysOf(parameters)) {
    const s = connected(patience(parameters), role);
    const counts = WAYS[way](s, data, role);
    s.close();
    const bytes = counts.reduce((sum, count) => sum + count, 0);
    role.report(`${way} calls`, counts.length);
    role.report(`${way} bytes`, bytes);
    role.print(
      `${way}: ${counts.slice(0, 8).join(' + ')}${counts.length > 8 ? ' + …' : ''} = ${bytes} bytes`,
    );
  }
  role.report('message bytes', data.length);
}

const WAYS: Readonly<Record<Way, (s: Socket, data: Buffer, role: RoleContext) => number[]>> = {
  /** The mistake: send returns how much it took, and nobody looks. */
  once: (s, data, role) => [must(role, 'send', s.send(data))],
  /** What has to be done with send: go on where it stopped. */
  loop: (s, data, role) => {
    const counts: number[] = [];
    for (let sent = 0; sent < data.length; sent += counts.at(-1) ?? 0)
      counts.push(must(role, 'send', s.send(data.subarray(sent))));
    return counts;
  },
  /** The same loop, inside one call of the library. */
  sendall: (s, data, role) => [must(role, 'sendall', s.sendall(data))],
};

/** Reads each connection to its end: what was never sent can never come. */
export function server(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  for (const way of waysOf(parameters)) {
    const connection = accepted(listener, parameters, role);
    role.report(`${way} bytes`, readToEnd(connection, parameters, role, 'server').length);
    connection.close();
  }
  listener.close();
}

function waysOf(parameters: Parameters): readonly Way[] {
  const how = parameters.text('how');
  return how === 'all' ? ALL : ALL.filter((way) => way === how);
}

/** With a time limit the socket is non-blocking underneath, and a send takes only what fits. */
function patience(parameters: Parameters): Parameters {
  return parameters.flag('blocking') ? restoreParameters({ ...parameters.all(), timeout: null }) : parameters;
}

export const scenario: Scenario = {
  id: 'send-vs-sendall',
  title: {
    en: 'One message by one send, by send in a loop, and by sendall',
    es: 'Un mensaje con un solo send, con send en un bucle y con sendall',
    ca: 'Un missatge amb un sol send, amb send en un bucle i amb sendall',
  },
  teaches: {
    en: 'That send may take less than it is given, and says so by what it returns: whoever does not look loses the rest without an error.',
    es: 'Que send puede tomar menos de lo que se le da, y lo dice con lo que devuelve: quien no lo mira pierde el resto sin ningún error.',
    ca: 'Que send pot prendre menys del que se li dona, i ho diu amb el que retorna: qui no s’ho mira perd la resta sense cap error.',
  },
  lookFor: (parameters) => withStranger(parameters, sendChecks(parameters, waysOf(parameters))),
  questions: sendQuestions,
  protocol: 'tcp',
  parameters: ['how', 'size', 'blocking', 'recv-buffer', 'server-recv-buffer', ...STREAM],
  defaults: { size: 60_000, how: 'all', sndbuf: 4096, timeout: 5000, 'recv-buffer': 16_384 },
  narrow: {
    size: { max: 1 << 24 },
    how: {
      choices: {
        all: {
          en: 'each of them in turn, over a connection of its own',
          es: 'cada una por turno, por su propia conexión',
          ca: 'cadascuna per torn, per la seva pròpia connexió',
        },
        once: {
          en: 'send, once: what it did not take is not sent',
          es: 'send, una vez: lo que no tomó no se envía',
          ca: 'send, un cop: el que no ha pres no s’envia',
        },
        loop: {
          en: 'send, again and again, each time with what is left',
          es: 'send, una y otra vez, cada vez con lo que queda',
          ca: 'send, un cop i un altre, cada vegada amb el que queda',
        },
        sendall: 'sendall',
      },
    },
    timeout: {
      help: {
        en: 'how long a send or recv may wait; with it sockets are non-blocking underneath',
        es: 'cuánto puede esperar un send o un recv; con ello los sockets son por debajo no bloqueantes',
        ca: 'quant pot esperar un send o un recv; amb això els sockets són per sota no bloquejants',
      },
    },
  },
  variants: [
    {
      options: '--blocking',
      shows: {
        en: 'A blocking send takes everything, however small the buffer: it waits.',
        es: 'Un send bloqueante lo toma todo, por pequeño que sea el búfer: espera.',
        ca: 'Un send bloquejant ho pren tot, per petit que sigui el buffer: s’espera.',
      },
    },
    {
      options: '--how once --size 200000 --sndbuf 1',
      shows: {
        en: 'The least send buffer that Linux grants takes only a small part of the message.',
        es: 'El menor búfer de envío que concede Linux toma solo una pequeña parte del mensaje.',
        ca: 'El buffer d’enviament més petit que concedeix Linux pren només una petita part del missatge.',
      },
    },
    {
      options: '--size 100',
      shows: {
        en: 'What fits into the buffer is taken at once: on a good day the mistake does not show.',
        es: 'Lo que cabe en el búfer se toma de una vez: en un buen día el error no se nota.',
        ca: 'El que cap al buffer es pren d’un cop: en un bon dia l’error no es nota.',
      },
    },
    {
      options: '--size 150000 --server-rcvbuf 4096 --family ipv6',
      shows: {
        en: 'A slow taker on the other side: more sends, each with less.',
        es: 'Un receptor lento al otro lado: más send, cada uno con menos.',
        ca: 'Un receptor lent a l’altra banda: més send, cadascun amb menys.',
      },
    },
    {
      options: '--family unix',
      shows: {
        en: 'The same in the UNIX domain, without packets.',
        es: 'Lo mismo en el dominio UNIX, sin paquetes.',
        ca: 'El mateix al domini UNIX, sense paquets.',
      },
    },
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeWays(parameters, outcome)],
};

function judgeWays(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const client = reports.get('client');
  if (parameters.text('role') === 'server' || client === undefined) return [];
  const all = client['message bytes'];
  const problems: Text[] = [];
  for (const way of waysOf(parameters)) {
    const sent = client[`${way} bytes`];
    const got = reports.get('server')?.[`${way} bytes`];
    const whole = way !== 'once' || parameters.flag('blocking');
    if (whole && sent !== all)
      problems.push(
        tell(
          `${way}: ${sent} of ${all} bytes were sent`,
          `${way}: se enviaron ${sent} de ${all} bytes`,
          `${way}: s’han enviat ${sent} de ${all} bytes`,
        ),
      );
    if (parameters.text('role') === 'both' && got !== sent)
      problems.push(
        tell(
          `${way}: ${sent} bytes were sent and ${got ?? 'none'} arrived`,
          `${way}: se enviaron ${sent} bytes y llegaron ${got ?? 0}`,
          `${way}: s’han enviat ${sent} bytes i n’han arribat ${got ?? 0}`,
        ),
      );
  }
  return problems;
}
