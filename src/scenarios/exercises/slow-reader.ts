import { SHUT_WR } from '../../sockets/constants.ts';
import type { Text } from '../../words/text.ts';
import { slowReaderChecks } from '../checks/slow-reader.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { slowReaderQuestions } from '../questions/flow.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { must } from '../support/must.ts';
import { RECV_BUFFERS, STREAM } from '../support/parameter-lists.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, plans } from '../support/roles.ts';
import { sleep } from '../support/sleep.ts';
import { accepted, connected, listening } from '../support/stream.ts';
import { transmit } from '../support/transmit.ts';
import { uncork } from '../support/tune.ts';
import { readToEnd } from '../support/until-end.ts';

/** Sends as fast as it is allowed to, then waits until the server has ended too. */
export function client(parameters: Parameters, role: RoleContext): void {
  const message = payloadOf(parameters);
  const chunk = parameters.number('chunk');
  const s = connected(parameters, role);
  for (let at = 0; at < message.length; at += chunk)
    transmit(s, Buffer.from(message.slice(at, chunk)), parameters, role);
  uncork(s, parameters, role);
  must(role, 'shutdown', s.shutdown(SHUT_WR));
  readToEnd(s, parameters, role, 'client'); // returns 0 when the server has read all and closed
  s.close();
  role.report('bytes sent', message.length);
}

/** Accepts, does something else for --reader-pause, and only then reads. */
export function server(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const connection = accepted(listener, parameters, role);
  sleep(parameters.number('reader-pause'));
  const data = readToEnd(connection, parameters, role, 'server');
  connection.close();
  listener.close();
  role.report('bytes read', data.length);
}

export const scenario: Scenario = {
  id: 'slow-reader',
  title: {
    en: 'A server that does not read: the window closes, and the client’s send blocks',
    es: 'Un servidor que no lee: la ventana se cierra y el send del cliente se bloquea',
    ca: 'Un servidor que no llegeix: la finestra es tanca i el send del client es bloqueja',
  },
  teaches: {
    en: 'How a receiver holds a sender back: what nobody reads fills the receive buffer, then the send buffer, and then send does not return until a recv has made room.',
    es: 'Cómo un receptor frena a un emisor: lo que nadie lee llena el búfer de recepción, luego el de envío, y entonces send no devuelve el control hasta que un recv ha hecho sitio.',
    ca: 'Com un receptor frena un emissor: el que ningú no llegeix omple el buffer de recepció, després el d’enviament, i aleshores send no retorna fins que un recv ha fet lloc.',
  },
  lookFor: slowReaderChecks,
  questions: slowReaderQuestions,
  protocol: 'tcp',
  parameters: [...['size', 'send-mode', 'chunk', 'cork', 'reader-pause', ...RECV_BUFFERS, ...STREAM]],
  defaults: {
    ...{ size: 60_000, chunk: 10_000, 'recv-buffer': 4096, 'reader-pause': 800 },
    ...{ sndbuf: 8192, 'server-rcvbuf': 8192 },
  },
  narrow: { size: { max: 1 << 24 } },
  variants: [
    {
      options: '--reader-pause 0',
      shows: {
        en: 'A server that reads at once: the window hardly closes.',
        es: 'Un servidor que lee enseguida: la ventana apenas se cierra.',
        ca: 'Un servidor que llegeix de seguida: la finestra gairebé no es tanca.',
      },
    },
    {
      options: '--size 20000 --server-rcvbuf 1 --reader-pause 1500',
      shows: {
        en: 'The least receive buffer of Linux, and probes that come after ever longer waits.',
        es: 'El menor búfer de recepción de Linux, y sondeos cada vez más espaciados.',
        ca: 'El buffer de recepció més petit de Linux, i sondejos cada cop més espaiats.',
      },
    },
    {
      options: '--size 40000 --recv-buffer 500 --pause server:recv=2 --family ipv6',
      shows: {
        en: 'A server that reads little by little: the window opens and closes all the time.',
        es: 'Un servidor que lee poco a poco: la ventana se abre y se cierra continuamente.',
        ca: 'Un servidor que llegeix de mica en mica: la finestra s’obre i es tanca contínuament.',
      },
    },
    {
      options: '--size 2000',
      shows: {
        en: 'What fits into the receive buffer never blocks anybody.',
        es: 'Lo que cabe en el búfer de recepción no bloquea nunca a nadie.',
        ca: 'El que cap al buffer de recepció no bloqueja mai ningú.',
      },
    },
    {
      options: '--family unix',
      shows: {
        en: 'A UNIX socket has no window: the send simply blocks.',
        es: 'Un socket UNIX no tiene ventana: el send simplemente se bloquea.',
        ca: 'Un socket UNIX no té finestra: el send simplement es bloqueja.',
      },
    },
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge(parameters, outcome) {
    const ends = badEnds(outcome);
    return parameters.text('role') === 'both' ? [...ends, ...judgeBytes(outcome)] : ends;
  },
};

function judgeBytes({ reports }: Outcome): readonly Text[] {
  const sent = reports.get('client')?.['bytes sent'];
  const read = reports.get('server')?.['bytes read'];
  return sent === read
    ? []
    : [
        tell(
          `${sent ?? 'no'} bytes were sent, and ${read ?? 'none'} were read`,
          `se enviaron ${sent ?? 0} bytes, y se leyeron ${read ?? 0}`,
          `s’han enviat ${sent ?? 0} bytes, i se n’han llegit ${read ?? 0}`,
        ),
      ];
}
