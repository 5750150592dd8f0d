process.stdout.write('sockscope\n');
