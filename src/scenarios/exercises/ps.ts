import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import type { Text } from '../../words/text.ts';
import { psChecks } from '../checks/ps.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { psQuestions } from '../questions/border.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { Lines } from '../support/command-lines.ts';
import { must } from '../support/must.ts';
import { STREAM } from '../support/parameter-lists.ts';
import { processLines } from '../support/process-list.ts';
import { badEnds, plans, total } from '../support/roles.ts';
import { connected, eachConnection } from '../support/stream.ts';
import { transmit } from '../support/transmit.ts';
import { quickAck, recvSize } from '../support/tune.ts';

/** Sends what `ps ax` prints, a line each time; to close is to say that there is no more. */
export function client(parameters: Parameters, role: RoleContext): void {
  const lines = processList(role);
  const s = connected(parameters, role);
  for (const line of lines) transmit(s, Buffer.from(`${line}\n`), parameters, role);
  s.close();
  role.report('lines sent', lines.length);
}

/** Prints line by line, until recv says 0. */
export function server(parameters: Parameters, role: RoleContext): void {
  let printed = 0;
  eachConnection(parameters, role, (connection) => {
    const lines = new Lines();
    for (;;) {
      quickAck(connection, parameters, role);
      const data = must(role, 'recv', connection.recv(recvSize(parameters, 'server')));
      if (data.length === 0) break;
      for (const line of lines.take(data)) {
        printed += 1;
        role.print(line);
      }
    }
  });
  role.report('lines printed', printed);
}

/** The client's own command, which no peer can trigger. */
function processList(role: RoleContext): readonly string[] {
  const lines = processLines();
  return lines ?? role.cannot('the command ps is not installed here', 'sudo apt-get install procps');
}

export const scenario: Scenario = {
  id: 'ps',
  title: tell(
    'A client sends the list of its processes, and the server prints until the stream ends',
    'Un cliente envía la lista de sus procesos y el servidor imprime hasta que se acaba el flujo',
    'Un client envia la llista dels seus processos i el servidor imprimeix fins que s’acaba el flux',
  ),
  teaches: tell(
    'That the end of the data needs no mark when it is the end of the connection; and that lines are a matter of the programs: the stream knows none.',
    'Que el final de los datos no necesita marca si es el final de la conexión; y que las líneas son cosa de los programas: el flujo no conoce ninguna.',
    'Que el final de les dades no necessita marca si és el final de la connexió; i que les línies són cosa dels programes: el flux no en coneix cap.',
  ),
  lookFor: psChecks,
  questions: psQuestions,
  protocol: 'tcp',
  servesUntilEnded: true,
  parameters: ['clients', 'send-mode', 'cork', 'recv-buffer', 'server-recv-buffer', ...STREAM],
  defaults: { 'recv-buffer': 1024 },
  variants: [
    {
      options: '--server-recv-buffer 10',
      shows: tell(
        'Many recvs a line: the server puts the lines together again.',
        'Muchos recv por línea: el servidor vuelve a juntar las líneas.',
        'Molts recv per línia: el servidor torna a ajuntar les línies.',
      ),
    },
    {
      options: '--cork --recv-buffer 65536',
      shows: tell(
        'With TCP_CORK the lines leave in full segments, and one recv takes many of them.',
        'Con TCP_CORK las líneas salen en segmentos llenos, y un recv se lleva muchas.',
        'Amb TCP_CORK les línies surten en segments plens, i un recv se n’emporta moltes.',
      ),
    },
    {
      options: '--clients 2 --family ipv6',
      shows: tell(
        'Two lists, one after the other, over IPv6.',
        'Dos listas, una tras otra, sobre IPv6.',
        'Dues llistes, una darrere l’altra, sobre IPv6.',
      ),
    },
    {
      options: '--family unix --send-mode send',
      shows: tell(
        'The same in the UNIX domain.',
        'Lo mismo en el dominio UNIX.',
        'El mateix al domini UNIX.',
      ),
    },
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeLines(parameters, outcome)],
};

function judgeLines(parameters: Parameters, outcome: Outcome): readonly Text[] {
  if (parameters.text('role') !== 'both') return [];
  const sent = total(outcome, 'client', 'lines sent');
  const printed = total(outcome, 'server', 'lines printed');
  return sent === printed
    ? []
    : [
        tell(
          `${en(sent, 'line')} ${sent === 1 ? 'was' : 'were'} sent, and ${printed} printed`,
          `enviadas: ${es(sent, 'línea')}; impresas: ${printed}`,
          `enviades: ${ca(sent, 'línia', 'línies')}; impreses: ${printed}`,
        ),
      ];
}
