import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import { tell } from '../checks/tools.ts';
import { type Ask, asking, choice, question, yesOrNo } from '../quiz.ts';
import { howManySyns, lastHandshakeFirst, whatEndReturns, whoSpeaksFirst } from './tools.ts';

const beforeAnyAccept: Ask = (run) => {
  const [accept] = run.calls('server', 'accept');
  const [listen] = run.calls('server', 'listen');
  if (accept === undefined || listen === undefined) return null;
  const done = run.calls('client', 'connect').filter(({ ok, returned }) => ok && returned <= accept.entered);
  const asked = Number(listen.args.backlog);
  return question(
    tell(
      `listen(${asked}), and the server does not call accept yet. How many connect return 0 all the same? (a number)`,
      `listen(${asked}), y el servidor aún no llama a accept. ¿Cuántos connect devuelven 0 aun así? (un número)`,
      `listen(${asked}), i el servidor encara no crida accept. Quants connect retornen 0 tanmateix? (un número)`,
    ),
    done.length,
    done,
    accept,
  );
};

const socketsOfModel: Ask = (run) => {
  const asked = ['poll', 'thread', 'iterative', 'process'].find(
    (each) => run.report('server', `${each}: sockets open`) !== undefined,
  );
  const most = run.report('server', `${asked}: sockets open`);
  if (asked === undefined || most === undefined) return null;
  const clients = run.parameters.number('clients');
  return question(
    tell(
      `--serve ${asked}, and ${en(clients, 'client')} at once. How many sockets has the server’s process open at most? (a number)`,
      `--serve ${asked}, y ${es(clients, 'cliente')} a la vez. ¿Cuántos sockets tiene abiertos como mucho el proceso del servidor? (un número)`,
      `--serve ${asked}, i ${ca(clients, 'client')} alhora. Quants sockets té oberts com a molt el procés del servidor? (un número)`,
    ),
    String(most),
    run.calls('server', 'listen'),
    run.calls('server', 'accept').filter(({ ok }) => ok),
  );
};

const OPTIONS = ['SO_REUSEADDR', 'SO_REUSEPORT', 'SO_BROADCAST', 'IPV6_V6ONLY'];

const howSharersAgree: Ask = (run) => {
  const binds = run.calls('server', 'bind');
  if (binds.length < 2) return null;
  const last = binds.at(-1);
  return yesOrNo(
    tell(
      `${binds.length} sockets want the port ${run.parameters.number('port')}. Does the last bind of them succeed?`,
      `${binds.length} sockets quieren el puerto ${run.parameters.number('port')}. ¿Tiene éxito el último bind de ellos?`,
      `${binds.length} sockets volen el port ${run.parameters.number('port')}. Té èxit l’últim bind d’ells?`,
    ),
    last?.ok === true,
    binds,
  );
};

const whichOption: Ask = (run) => {
  const binds = run.calls('server', 'bind').filter(({ ok }) => ok);
  const set = run
    .calls('server', 'setsockopt')
    .filter(
      ({ ok, entered, args }) =>
        ok && entered < (binds[0]?.entered ?? 0) && OPTIONS.includes(String(args.name)),
    );
  const name = String(set[0]?.args.name);
  if (set.length === 0 || binds.length < 2 || set.some(({ args }) => args.name !== name)) return null;
  return choice(
    tell(
      'Which option does the first server set before its bind, so that others may have the port too?',
      '¿Qué opción pone el primer servidor antes de su bind, para que otros puedan tener también el puerto?',
      'Quina opció posa el primer servidor abans del seu bind, perquè d’altres també puguin tenir el port?',
    ),
    OPTIONS,
    OPTIONS[OPTIONS.indexOf(name)] ?? '',
    set,
    binds,
  );
};

const whoAccepts: Ask = (run) => {
  const accepts = run.calls('server', 'accept').filter(({ ok }) => ok);
  const roles = new Set(accepts.map(({ role }) => role));
  if (accepts.length < 2) return null;
  return question(
    tell(
      `The client makes ${accepts.length} connections. How many different servers accept some of them? (a number)`,
      `El cliente hace ${accepts.length} conexiones. ¿Cuántos servidores distintos aceptan alguna? (un número)`,
      `El client fa ${accepts.length} connexions. Quants servidors diferents n’accepten alguna? (un número)`,
    ),
    roles.size,
    accepts,
  );
};

export const echoQuestions = asking(lastHandshakeFirst, whatEndReturns);
export const backlogQuestions = asking(beforeAnyAccept, howManySyns);
export const greetingQuestions = asking(whoSpeaksFirst, lastHandshakeFirst);
export const serviceTimeQuestions = asking(socketsOfModel, lastHandshakeFirst);
export const portSharingQuestions = asking(howSharersAgree, whichOption, whoAccepts);
