import { type Check, decide, fails, holds, untold } from '../check.ts';
import type { CallSeen, Evidence } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { NO_HANDSHAKE } from './datagram.ts';
import { isUndisturbed, tell } from './tools.ts';

/** What is to be seen when only some clients are answered. `addresses` are those of the clients, in their order. */
export function allowlistChecks(parameters: Parameters, addresses: readonly string[]): readonly Check[] {
  const allowed = parameters.text('allow').split(',');
  const known = addresses.filter((address) => allowed.includes(address));
  const strangers = addresses.filter((address) => !allowed.includes(address));
  const checks: Check[] = [];
  if (!playsBoth(parameters) || parameters.number('loss') > 0) return [NO_HANDSHAKE];
  if (strangers.length > 0) checks.push(arrivesAndIsRead(strangers), learnsNothing(strangers));
  if (known.length > 0 && isUndisturbed(parameters)) checks.push(isAnswered(known));
  return plays(parameters, 'server') ? [...checks, NO_HANDSHAKE] : checks;
}

function arrivesAndIsRead(strangers: readonly string[]): Check {
  const who = strangers.join(', ');
  return {
    text: tell(
      `The datagram of a stranger (${who}) arrives and is read like any other; nothing goes back.`,
      `El datagrama de un desconocido (${who}) llega y se lee como cualquier otro; no vuelve nada.`,
      `El datagrama d’un desconegut (${who}) arriba i es llegeix com qualsevol altre; no en torna res.`,
    ),
    test(run) {
      const proof: CallSeen[] = [];
      for (const stranger of strangers) {
        const read = run.calls('server', 'recvfrom').find((recv) => hostOf(recv.remote) === stranger);
        const answer = run.calls('server', 'sendto').find((send) => hostOf(send.remote) === stranger);
        if (read === undefined)
          return fails(tell(`not read: ${stranger}`, `no leído: ${stranger}`, `no llegit: ${stranger}`));
        if (answer !== undefined) return fails(tell('answered', 'respondido', 'respost'), answer);
        proof.push(read);
      }
      return holds(proof);
    },
  };
}

function learnsNothing(strangers: readonly string[]): Check {
  return {
    text: tell(
      'Who is ignored is told nothing, not even by ICMP: only its time limit ends recvfrom (EAGAIN), as if the datagram had been lost.',
      'A quien se ignora no se le dice nada, ni por ICMP: recvfrom solo acaba por su límite de tiempo (EAGAIN), como si el datagrama se hubiera perdido.',
      'A qui s’ignora no se li diu res, ni per ICMP: recvfrom només acaba pel seu límit de temps (EAGAIN), com si el datagrama s’hagués perdut.',
    ),
    test(run) {
      const icmp = run.packets({ protocol: 'icmp' });
      const waits = endsOf(run, strangers);
      if (icmp.length > 0) return fails(tell('there is ICMP', 'hay ICMP', 'hi ha ICMP'), icmp);
      return decide(
        waits.length === strangers.length && waits.every(({ errno }) => errno === 'EAGAIN'),
        '',
        waits,
      );
    },
  };
}

function isAnswered(known: readonly string[]): Check {
  const who = known.join(', ');
  return {
    text: tell(
      `Whoever is on the list (${who}) gets its bytes back.`,
      `Quien está en la lista (${who}) recibe sus bytes de vuelta.`,
      `Qui és a la llista (${who}) rep els seus bytes de tornada.`,
    ),
    test(run) {
      const answers = endsOf(run, known);
      if (answers.length < known.length) return untold(TOO_FEW, answers);
      return decide(
        answers.every(({ ok }) => ok),
        '',
        answers,
      );
    },
  };
}

/** The recvfroms of the clients at these addresses. */
function endsOf(run: Evidence, hosts: readonly string[]): readonly CallSeen[] {
  const roles = new Set(
    run
      .calls('client', 'bind')
      .filter(({ local }) => hosts.includes(hostOf(local)))
      .map(({ role }) => role),
  );
  return run.calls('client', 'recvfrom').filter(({ role }) => roles.has(role));
}

function hostOf(address: string | null): string {
  return (address ?? '').replace(/:\d+$/, '');
}

const TOO_FEW = tell(
  'not all of them waited for an answer',
  'no todos esperaron una respuesta',
  'no tots van esperar una resposta',
);
