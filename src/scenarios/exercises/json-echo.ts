import { EXIT, UserError } from '../../../capture/user-error.ts';
import type { Text } from '../../words/text.ts';
import { tell, withStranger } from '../checks/tools.ts';
import { valueChecks } from '../checks/value.ts';
import type { Parameters } from '../parameters.ts';
import { jsonQuestions } from '../questions/border.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { refuseSeveral } from '../support/clients.ts';
import { readLine } from '../support/line.ts';
import { giveUp } from '../support/must.ts';
import { RECV_BUFFERS, STREAM } from '../support/parameter-lists.ts';
import { badEnds, plans } from '../support/roles.ts';
import { connected, eachConnection } from '../support/stream.ts';
import { transmit } from '../support/transmit.ts';

/** Sends a value as JSON text with a line end, and reads it back the same way. */
export function client(parameters: Parameters, role: RoleContext): void {
  const value: unknown = JSON.parse(parameters.text('message'));
  const text = lineOf(parameters);
  const s = connected(parameters, role);
  transmit(s, Buffer.from(text), parameters, role);
  const answer = parsed(readLine(s, parameters, role, 'client'), role);
  s.close();
  role.report('value', JSON.stringify(value));
  role.report('bytes', Buffer.byteLength(text));
  role.report('value that came back', JSON.stringify(answer));
  role.print(`${JSON.stringify(value)} is ${Buffer.byteLength(text)} bytes: ${hex(text)}`);
}

/** Makes a value of the text, and text of the value. */
export function server(parameters: Parameters, role: RoleContext): void {
  eachConnection(parameters, role, (connection) => {
    const value = parsed(readLine(connection, parameters, role, 'server'), role);
    role.report('type of the value', Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);
    transmit(connection, Buffer.from(`${JSON.stringify(value)}\n`), parameters, role);
  });
}

/** No line end stands inside: JSON writes it as \\n. */
function lineOf(parameters: Parameters): string {
  return `${JSON.stringify(JSON.parse(parameters.text('message')))}\n`;
}

/** Whatever a peer sends may be no JSON at all. */
function parsed(line: string, role: RoleContext): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return giveUp(role, `what came is no JSON: ${line.slice(0, 40)}`);
  }
}

function hex(text: string): string {
  const bytes = Buffer.from(text);
  return `${bytes.toString('hex', 0, 32)}${bytes.length > 32 ? '…' : ''}`;
}

function refuseMessage(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new UserError(`--message ${text}: not JSON`, {
      hint: `for example --message '{"name":"Ada","born":1815}'`,
      exitCode: EXIT.usage,
    });
  }
}

export const scenario: Scenario = {
  id: 'json-echo',
  title: {
    en: 'A value goes over the wire as JSON text, and back',
    es: 'Un valor viaja por la red como texto JSON, y vuelve',
    ca: 'Un valor viatja per la xarxa com a text JSON, i torna',
  },
  teaches: {
    en: 'That a socket carries bytes and no values: both sides have to agree how a value becomes bytes, and where its text ends.',
    es: 'Que un socket transporta bytes y no valores: ambos lados tienen que acordar cómo un valor se convierte en bytes y dónde acaba su texto.',
    ca: 'Que un socket transporta bytes i no valors: totes dues bandes han d’acordar com un valor es converteix en bytes i on acaba el seu text.',
  },
  lookFor: (parameters) =>
    withStranger(parameters, valueChecks(parameters, Buffer.byteLength(lineOf(parameters)), 'line')),
  questions: jsonQuestions,
  protocol: 'tcp',
  servesUntilEnded: true,
  parameters: ['message', 'send-mode', 'clients', ...RECV_BUFFERS, ...STREAM],
  defaults: { message: '{"name":"Ada","born":1815,"likes":["engines","π"]}', 'recv-buffer': 1024 },
  narrow: {
    message: { help: { en: 'the value, as JSON', es: 'el valor, como JSON', ca: 'el valor, com a JSON' } },
  },
  variants: [
    {
      options: '--message 42',
      shows: {
        en: 'A number is JSON too: three bytes with the line end.',
        es: 'Un número también es JSON: tres bytes con el fin de línea.',
        ca: 'Un nombre també és JSON: tres bytes amb el final de línia.',
      },
    },
    {
      options: '--message ["ñ","ç","€",null,true] --recv-buffer 5',
      shows: {
        en: 'Letters of two and three bytes, read five bytes at a time: a letter may be cut in two.',
        es: 'Letras de dos y tres bytes leídas de cinco en cinco: una letra puede quedar partida.',
        ca: 'Lletres de dos i tres bytes llegides de cinc en cinc: una lletra pot quedar partida.',
      },
    },
    {
      options: '--message {"line":"one\\ntwo"} --family ipv6',
      shows: {
        en: 'A line end inside a text is written as two characters, so that none stands in the line.',
        es: 'Un fin de línea dentro de un texto se escribe con dos caracteres, para que no haya ninguno en la línea.',
        ca: 'Un final de línia dins d’un text s’escriu amb dos caràcters, perquè no n’hi hagi cap a la línia.',
      },
    },
    {
      options: '--family unix',
      shows: {
        en: 'The same bytes without packets.',
        es: 'Los mismos bytes sin paquetes.',
        ca: 'Els mateixos bytes sense paquets.',
      },
    },
  ],
  validate(parameters) {
    refuseSeveral(parameters);
    refuseMessage(parameters.text('message'));
  },
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeValue(parameters, outcome)],
};

function judgeValue(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const client = reports.get('client');
  if (parameters.text('role') !== 'both' || client === undefined) return [];
  const { value, 'value that came back': back } = client;
  return value === back
    ? []
    : [
        tell(
          `${value} was sent, and ${back} came back`,
          `se envió ${value}, y volvió ${back}`,
          `s’ha enviat ${value}, i ha tornat ${back}`,
        ),
      ];
}
