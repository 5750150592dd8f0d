'use strict';

// The thread that reads large files, packed.
require('./packed.cjs').load('read-ahead-thread.cjs');
