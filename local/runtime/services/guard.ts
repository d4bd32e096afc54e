import { spawn } from 'node:child_process';

/**
 * Runs one command and takes it along when our own parent is gone, however it went: a binary of others does not
 * notice that by itself.
 */

const [, , command = '', ...args] = process.argv;
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });

const end = () => {
  child.kill('SIGKILL');
  process.exit(0);
};
process.on('disconnect', end);
process.on('SIGTERM', end);
// Ctrl-C reaches the whole group; the parent decides what ends when.
process.on('SIGINT', () => {});
child.once('exit', (code) => process.exit(code ?? 1));
child.once('error', () => process.exit(127));
