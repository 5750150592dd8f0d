// Listens and blocks in accept for ever. Argument: descriptor of the log.
import { AF_INET, SOCK_STREAM } from '../../../dist/src/sockets/constants.js';
import { configureRecorder } from '../../../dist/src/sockets/recorder.js';
import { socket } from '../../../dist/src/sockets/socket.js';

configureRecorder({ fd: Number(process.argv[2]), role: 'server' });
const listener = socket(AF_INET, SOCK_STREAM);
listener.bind(['127.0.0.1', 0]);
listener.listen(1);
listener.accept();
