// A scenario of your own: change it, then run it with
//   sockscope run ./mine.js
//   sockscope run ./mine.js --words 3 --pause server:recv=500
//   sockscope scenarios ./mine.js
// What can be imported, and what each thing does, stands in CONTRIBUTING.md of sockscope, "Scenarios".
import {
  AF_INET,
  connected,
  decide,
  defineScenario,
  HANDSHAKE_IN_CONNECT,
  must,
  opened,
  ownParameter,
  plans,
  SO_REUSEADDR,
  SOCK_STREAM,
  SOL_SOCKET,
  serverAddress,
  socket,
  untold,
} from 'sockscope/scenario';

// A role is a function of plain, blocking code: one process. A call that fails returns { ok: false, errno }; must() gives the
// value of one that succeeded, and ends the role with a message where it failed.
export function server(parameters, role) {
  const listener = opened(role, 'socket', socket(AF_INET, SOCK_STREAM));
  must(role, 'setsockopt', listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, true));
  must(role, 'bind', listener.bind(serverAddress(parameters)));
  must(role, 'listen', listener.listen(5));
  const connection = opened(role, 'accept', listener.accept());
  let bytes = 0;
  for (;;) {
    const data = must(role, 'recv', connection.recv(1024));
    if (data.length === 0) break; // the end of the stream
    bytes += data.length;
  }
  connection.close();
  listener.close();
  role.report('bytes received', bytes); // shown at the end, and there for the checks
}

export function client(parameters, role) {
  const s = connected(parameters, role); // socket and connect
  for (let n = 1; n <= parameters.number('words'); n += 1)
    must(role, 'send', s.send(Buffer.from(`word ${n}\n`)));
  s.close();
}

export const scenario = defineScenario({
  id: 'mine',
  title: 'A client sends some words and closes', // or { en: '…', es: '…', ca: '…' }
  teaches: 'That several sends are one stream: the server cannot tell where one ended.',
  // Parameters that all scenarios know, by name, and one of our own.
  parameters: ['port', 'role'],
  own: [ownParameter('words', 'int', 'how many words are sent', { min: 1, max: 1000, fallback: 2 })],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  // What to look for: sentences that are true when the run went as told, each with its test.
  lookFor: (parameters) => [
    HANDSHAKE_IN_CONNECT,
    {
      text: `The ${parameters.number('words')} sends arrive as one stream of bytes.`,
      test(run) {
        const sends = run.calls('client', 'send');
        const sent = sends.reduce((sum, { bytes }) => sum + bytes, 0);
        const received = run.report('server', 'bytes received');
        // Where only one side runs (--role client), or the server was ended early, nobody can tell.
        if (received === undefined) return untold('the server has told nothing');
        return decide(sent === received, `${sent} bytes sent, ${received} received`, sends);
      },
    },
  ],
});
