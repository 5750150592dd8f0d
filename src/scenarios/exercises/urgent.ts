import { MSG_OOB, SHUT_WR, SIOCATMARK, SO_OOBINLINE, SOL_SOCKET } from '../../sockets/constants.ts';
import type { Socket } from '../../sockets/types.ts';
import type { Text } from '../../words/text.ts';
import { tell } from '../checks/tools.ts';
import { URGENT, urgentChecks } from '../checks/urgent.ts';
import type { Parameters } from '../parameters.ts';
import { urgentQuestions } from '../questions/flow.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { must } from '../support/must.ts';
import { INTERNET, STREAM } from '../support/parameter-lists.ts';
import { badEnds, plans } from '../support/roles.ts';
import { accepted, connected, listening } from '../support/stream.ts';
import { awaitEnd, readToEnd } from '../support/until-end.ts';

/** Sends half of the message, one urgent byte, and the other half. */
export function client(parameters: Parameters, role: RoleContext): void {
  const message = Buffer.from(parameters.text('message'));
  const half = Math.ceil(message.length / 2);
  const s = connected(parameters, role);
  must(role, 'send', s.send(message.subarray(0, half)));
  must(role, 'send MSG_OOB', s.send(Buffer.from(URGENT), MSG_OOB));
  must(role, 'send', s.send(message.subarray(half)));
  must(role, 'shutdown', s.shutdown(SHUT_WR));
  readToEnd(s, parameters, role, 'client');
  s.close();
}

/** Reads it when all has come: up to the mark, the urgent byte, the rest. */
export function server(parameters: Parameters, role: RoleContext): void {
  const how = parameters.text('how');
  const listener = listening(parameters, role);
  const connection = accepted(listener, parameters, role);
  // Before the first recv is early enough: what was queued until then is taken out, or left in, as it is read.
  if (how === 'inline')
    must(role, 'setsockopt SO_OOBINLINE', connection.setsockopt(SOL_SOCKET, SO_OOBINLINE, true));
  awaitEnd(connection, role);
  const pieces: string[] = [];
  let isAsked = how !== 'apart';
  for (;;) {
    const atMark = must(role, 'ioctl SIOCATMARK', connection.ioctl(SIOCATMARK)) === 1;
    if (atMark && !isAsked) {
      isAsked = true;
      role.report('urgent', must(role, 'recv MSG_OOB', connection.recv(1, MSG_OOB)).toString('utf8'));
    }
    const data = must(role, 'recv', connection.recv(parameters.number('recv-buffer')));
    if (data.length === 0) break;
    pieces.push(data.toString('utf8'));
  }
  finish(connection, listener, pieces, role);
}

function finish(connection: Socket, listener: Socket, pieces: readonly string[], role: RoleContext): void {
  connection.close();
  listener.close();
  role.report('stream', pieces.join(''));
  role.report('pieces', pieces.join(' | '));
  role.print(`recv gave: ${pieces.join(' | ')}`);
}

export const scenario: Scenario = {
  id: 'urgent',
  title: {
    en: 'One urgent byte: MSG_OOB, the URG pointer and SIOCATMARK',
    es: 'Un byte urgente: MSG_OOB, el puntero URG y SIOCATMARK',
    ca: 'Un byte urgent: MSG_OOB, el punter URG i SIOCATMARK',
  },
  teaches: {
    en: 'That TCP has no second channel: “out-of-band” data is one byte of the stream with a mark on it. The receiver takes it out of the stream, or leaves it in; new programs should not use it (RFC 6093).',
    es: 'Que TCP no tiene un segundo canal: los datos «fuera de banda» son un byte del flujo con una marca. El receptor lo saca del flujo o lo deja en él; los programas nuevos no deberían usarlo (RFC 6093).',
    ca: 'Que TCP no té un segon canal: les dades «fora de banda» són un byte del flux amb una marca. El receptor el treu del flux o l’hi deixa; els programes nous no l’haurien de fer servir (RFC 6093).',
  },
  lookFor: urgentChecks,
  questions: urgentQuestions,
  protocol: 'tcp',
  parameters: ['how', 'message', 'recv-buffer', ...STREAM.filter((name) => name !== 'role')],
  defaults: { how: 'apart', message: 'abcdef', 'recv-buffer': 1024 },
  narrow: {
    family: { choices: INTERNET },
    how: {
      choices: {
        apart: {
          en: 'the server asks for the urgent byte with recv(MSG_OOB) when it has come to the mark',
          es: 'el servidor pide el byte urgente con recv(MSG_OOB) cuando llega a la marca',
          ca: 'el servidor demana el byte urgent amb recv(MSG_OOB) quan arriba a la marca',
        },
        inline: {
          en: 'SO_OOBINLINE: the byte stays in the stream, at the mark',
          es: 'SO_OOBINLINE: el byte se queda en el flujo, en la marca',
          ca: 'SO_OOBINLINE: el byte es queda al flux, a la marca',
        },
        ignored: {
          en: 'the server never asks: the byte is in no recv',
          es: 'el servidor no lo pide nunca: el byte no está en ningún recv',
          ca: 'el servidor no el demana mai: el byte no és a cap recv',
        },
      },
    },
  },
  variants: [
    {
      options: '--how inline',
      shows: {
        en: 'SO_OOBINLINE leaves the byte in the stream; SIOCATMARK says where it is.',
        es: 'SO_OOBINLINE deja el byte en el flujo; SIOCATMARK dice dónde está.',
        ca: 'SO_OOBINLINE deixa el byte en el flux; SIOCATMARK diu on és.',
      },
    },
    {
      options: '--how ignored',
      shows: {
        en: 'Who does not ask for it never gets it: the stream goes on behind it.',
        es: 'Quien no lo pide no lo recibe nunca: el flujo sigue después de él.',
        ca: 'Qui no el demana no el rep mai: el flux continua després d’ell.',
      },
    },
    {
      options: '--how apart --family ipv6 --recv-buffer 2',
      shows: {
        en: 'Small reads over IPv6: none goes across the mark.',
        es: 'Lecturas pequeñas sobre IPv6: ninguna pasa por encima de la marca.',
        ca: 'Lectures petites sobre IPv6: cap no passa per damunt de la marca.',
      },
    },
    {
      options: '--how inline --nodelay --family ipv6',
      shows: {
        en: 'Each send in its own segment, and only one of them bears URG.',
        es: 'Cada send en su segmento, y solo uno de ellos lleva URG.',
        ca: 'Cada send en el seu segment, i només un porta URG.',
      },
    },
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeStream(parameters, outcome)],
};

function judgeStream(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const message = parameters.text('message');
  const half = Math.ceil(message.length / 2);
  const wanted =
    parameters.text('how') === 'inline'
      ? `${message.slice(0, half)}${URGENT}${message.slice(half)}`
      : message;
  const got = reports.get('server')?.stream;
  return got === wanted
    ? []
    : [
        tell(
          `the server read “${got}” instead of “${wanted}”`,
          `el servidor leyó «${got}» en vez de «${wanted}»`,
          `el servidor ha llegit «${got}» en lloc de «${wanted}»`,
        ),
      ];
}
