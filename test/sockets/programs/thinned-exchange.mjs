// Thinned from the start; then blocks in recv with nothing to come. Argument: descriptor of the log.
import { AF_UNIX, SOCK_STREAM } from '../../../dist/src/sockets/constants.js';
import { configureRecorder } from '../../../dist/src/sockets/recorder.js';
import { socketpair } from '../../../dist/src/sockets/socket.js';

configureRecorder({ fd: Number(process.argv[2]), role: 'reader', thinAfterBytes: 0 });
const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
b.setReceiveTimeout(20);
a.send(Buffer.from('x'));
b.recv(1);
// The first recv that blocks is not announced; from then on each is.
b.recv(1);
b.setReceiveTimeout(0);
b.recv(1);
