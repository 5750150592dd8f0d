import { SHUT_WR } from '../../sockets/constants.ts';
import type { Text } from '../../words/text.ts';
import { halfCloseChecks } from '../checks/half-close.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { halfCloseQuestions } from '../questions/flow.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { refuseSeveral } from '../support/clients.ts';
import { must } from '../support/must.ts';
import { RECV_BUFFERS, STREAM } from '../support/parameter-lists.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, plans } from '../support/roles.ts';
import { connected, eachConnection } from '../support/stream.ts';
import { transmit } from '../support/transmit.ts';
import { readToEnd } from '../support/until-end.ts';

/** Sends its lines, says that there are no more, and reads the answer to its end. */
export function client(parameters: Parameters, role: RoleContext): void {
  const message = payloadOf(parameters);
  const data = Buffer.from(message.slice(0, message.length));
  const s = connected(parameters, role);
  transmit(s, data, parameters, role);
  must(role, 'shutdown', s.shutdown(SHUT_WR)); // FIN: nothing more from me, but I still listen
  const late = s.send(Buffer.from('more'));
  role.report('send after shutdown', late.ok ? 'succeeded' : late.errno);
  const answer = readToEnd(s, parameters, role, 'client');
  s.close(); // no packet: the FIN has long been sent
  role.report('bytes sent', data.length);
  role.report('bytes answered', answer.length);
  role.report('answer is the message reversed', answer.equals(data.reverse()));
}

/** Cannot answer before it has everything: the last byte goes back first. */
export function server(parameters: Parameters, role: RoleContext): void {
  const chunk = parameters.number('chunk');
  eachConnection(parameters, role, (connection) => {
    const data = readToEnd(connection, parameters, role, 'server');
    const answer = data.reverse();
    for (let at = 0; at < answer.length; at += chunk)
      transmit(connection, answer.subarray(at, at + chunk), parameters, role);
    role.report('bytes read', answer.length);
  });
}

export const scenario: Scenario = {
  id: 'half-close',
  title: {
    en: 'shutdown(SHUT_WR): the client ends its direction, the server still answers',
    es: 'shutdown(SHUT_WR): el cliente acaba su sentido, el servidor aún contesta',
    ca: 'shutdown(SHUT_WR): el client acaba el seu sentit, el servidor encara respon',
  },
  teaches: {
    en: 'That a connection is two streams, and that each is ended by a FIN of its own: who has said all can still listen.',
    es: 'Que una conexión son dos flujos, y que cada uno acaba con su propio FIN: quien ya lo ha dicho todo aún puede escuchar.',
    ca: 'Que una connexió són dos fluxos, i que cadascun acaba amb el seu propi FIN: qui ja ho ha dit tot encara pot escoltar.',
  },
  lookFor: halfCloseChecks,
  questions: halfCloseQuestions,
  protocol: 'tcp',
  servesUntilEnded: true,
  parameters: ['message', 'size', 'send-mode', 'chunk', 'clients', ...RECV_BUFFERS, ...STREAM],
  defaults: { message: 'was it a car or a cat I saw', chunk: 10, 'recv-buffer': 1024 },
  narrow: {
    size: { max: 1 << 22 },
    chunk: {
      help: {
        en: 'bytes that the server gives to one send call',
        es: 'bytes que da el servidor a cada llamada a send',
        ca: 'bytes que dona el servidor a cada crida a send',
      },
    },
  },
  variants: [
    {
      options: '--size 20000 --chunk 4000',
      shows: {
        en: 'A long answer after the FIN.',
        es: 'Una respuesta larga después del FIN.',
        ca: 'Una resposta llarga després del FIN.',
      },
    },
    {
      options: '--size 0 --family ipv6',
      shows: {
        en: 'Nothing to say at all: only the two FIN go.',
        es: 'Nada que decir: solo van los dos FIN.',
        ca: 'Res a dir: només van els dos FIN.',
      },
    },
    {
      options: '--pause server:send=20',
      shows: {
        en: 'The server takes its time: the connection stays half closed meanwhile.',
        es: 'El servidor se toma su tiempo: entretanto la conexión sigue medio cerrada.',
        ca: 'El servidor s’ho pren amb calma: mentrestant la connexió continua mig tancada.',
      },
    },
    {
      options: '--size 30000 --chunk 30000 --client-rcvbuf 4096 --mtu 576',
      shows: {
        en: 'The client reads on for long after it has ended its own direction.',
        es: 'El cliente sigue leyendo mucho después de acabar su propio sentido.',
        ca: 'El client continua llegint molt després d’acabar el seu propi sentit.',
      },
    },
    {
      options: '--family unix',
      shows: {
        en: 'shutdown works in the UNIX domain too, without any FIN.',
        es: 'shutdown funciona también en el dominio UNIX, sin ningún FIN.',
        ca: 'shutdown també funciona al domini UNIX, sense cap FIN.',
      },
    },
  ],
  validate: refuseSeveral,
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeAnswer(parameters, outcome)],
};

function judgeAnswer(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const client = reports.get('client');
  if (parameters.text('role') === 'server' || client === undefined || 'failed' in client) return [];
  const problems: Text[] = [];
  if (client['answer is the message reversed'] !== true)
    problems.push(
      tell(
        `the answer of ${client['bytes answered']} bytes is not the message reversed`,
        `la respuesta, de ${client['bytes answered']} bytes, no es el mensaje del revés`,
        `la resposta, de ${client['bytes answered']} bytes, no és el missatge del revés`,
      ),
    );
  if (client['send after shutdown'] !== 'EPIPE')
    problems.push(
      tell(
        `send after shutdown should fail with EPIPE, and ${client['send after shutdown']}`,
        `send tras shutdown debía fallar con EPIPE, y dio ${client['send after shutdown']}`,
        `send després de shutdown havia de fallar amb EPIPE, i ha donat ${client['send after shutdown']}`,
      ),
    );
  return problems;
}
