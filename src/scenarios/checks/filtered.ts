import { type Check, decide, judging } from '../check.ts';
import type { Parameters } from '../parameters.ts';
import { synRetries } from '../support/attempt.ts';
import { failsWith, ICMP_ANSWERS, RETRANSMISSIONS_COUNTED, synsSent, within } from './attempt.ts';
import { found, isUndisturbed, tell } from './tools.ts';

/** What connect says of such a firewall. ICMPv6 has a code of its own for it, which Linux tells as EACCES. */
export function expectedErrno(parameters: Parameters): string {
  switch (parameters.text('how')) {
    case 'drop':
      return 'ETIMEDOUT';
    case 'reject':
      return parameters.text('family') === 'ipv6' ? 'EACCES' : 'EHOSTUNREACH';
    default:
      return 'ECONNREFUSED';
  }
}

/** What is to be seen of a connect through a firewall. */
export function filteredChecks(parameters: Parameters): readonly Check[] {
  const checks: Check[] = [failsWith(expectedErrno(parameters), FAILS[expectedErrno(parameters)] ?? '')];
  const how = parameters.text('how');
  if (how === 'drop') checks.push(synsSent(synRetries(parameters) ?? 1), RETRANSMISSIONS_COUNTED);
  if (how === 'reject') checks.push(ICMP_ANSWERS);
  if (how === 'reset') checks.push(RESET_ANSWERS);
  if (how === 'reset' && isUndisturbed(parameters)) checks.push(AT_ONCE);
  return [...checks, SERVER_HEARS_NOTHING];
}

const FAILS: Readonly<Record<string, Check['text']>> = {
  ETIMEDOUT: tell(
    'connect waits until the last repetition of the SYN stays unanswered, and fails with ETIMEDOUT.',
    'connect espera hasta que la última repetición del SYN se queda sin respuesta, y falla con ETIMEDOUT.',
    'connect s’espera fins que l’última repetició del SYN es queda sense resposta, i falla amb ETIMEDOUT.',
  ),
  EHOSTUNREACH: tell(
    'connect fails with EHOSTUNREACH: that is how ICMP code 13, prohibited, is told.',
    'connect falla con EHOSTUNREACH: así se dice el código 13 de ICMP, prohibido.',
    'connect falla amb EHOSTUNREACH: així es diu el codi 13 d’ICMP, prohibit.',
  ),
  EACCES: tell(
    'connect fails with EACCES: that is how ICMPv6 code 1, prohibited, is told.',
    'connect falla con EACCES: así se dice el código 1 de ICMPv6, prohibido.',
    'connect falla amb EACCES: així es diu el codi 1 d’ICMPv6, prohibit.',
  ),
  ECONNREFUSED: tell(
    'connect fails with ECONNREFUSED, though somebody listens on the port.',
    'connect falla con ECONNREFUSED, aunque alguien escucha en el puerto.',
    'connect falla amb ECONNREFUSED, encara que algú escolta al port.',
  ),
};

const RESET_ANSWERS: Check = {
  text: tell(
    'The RST looks as that of a closed port: the packets do not tell who sent it.',
    'El RST es como el de un puerto cerrado: los paquetes no dicen quién lo envió.',
    'El RST és com el d’un port tancat: els paquets no diuen qui l’ha enviat.',
  ),
  test: (run) => found(run, run.packets({ flags: 'RST' }), tell('no RST', 'ningún RST', 'cap RST')),
};

/** A repetition would come after a second. */
const AT_ONCE = within(
  900,
  tell('It takes no time at all.', 'No hay ninguna espera.', 'No hi ha cap espera.'),
);

const SERVER_HEARS_NOTHING: Check = {
  text: tell(
    'The server listens, and its accept never returns a client: no SYN reaches its socket.',
    'El servidor escucha, y su accept no devuelve ningún cliente: ningún SYN llega a su socket.',
    'El servidor escolta, i el seu accept no retorna cap client: cap SYN no arriba al seu socket.',
  ),
  test(run) {
    const accepts = run.calls('server', 'accept');
    const isAlone = accepts.every(({ ok }) => !ok);
    return judging(accepts, () => decide(isAlone, String(run.report('server', 'accept')), accepts));
  },
};
