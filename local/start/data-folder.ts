import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { markOf } from '../../client/on-this-machine.ts';
import { LOCAL_REGION, type LocalCredentials } from '../runtime/contract.ts';
import { isDamaged } from '../runtime/kept-database.ts';
import { writeWhole } from '../runtime/whole-file.ts';
import { StartError } from './start-error.ts';

/** The folder in which everything is kept: used by one start at a time, readable by its owner alone. */
export interface DataFolder {
  readonly path: string;
  readonly credentials: LocalCredentials;
  /** Configuration for `curl -K`. */
  readonly curlrc: string;
  release(): void;
}

/** @throws StartError when the folder cannot be written or closed to others, holds other folders, or another start uses it. */
export function openDataFolder(folder: string): DataFolder {
  const path = resolve(folder);
  try {
    makeFolder(path);
    accessSync(path, constants.W_OK | constants.X_OK);
    refuseForeign(path);
    closeFolder(path);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(notWritable(path, error));
  }
  const release = lock(path);
  try {
    // By now nobody else puts files there and takes them away.
    refuseUnreadable(path);
    for (const name of readdirSync(path).filter(isKept)) closeToOthers(join(path, name));
  } catch (error) {
    release();
    throw error;
  }
  const credentials = ensureCredentials(path);
  return { path, credentials, curlrc: join(path, 'curlrc'), release };
}

/** Settings of the AWS SDKs and of the AWS CLI for the stack that runs in this folder, beside its credentials. */
export function writeAwsConfig(path: string, endpoints: Readonly<Record<string, string>>): void {
  const services = Object.entries(endpoints).flatMap(([variable, url]) => [
    `${variable.replace('AWS_ENDPOINT_URL_', '').toLowerCase()} =`,
    `  endpoint_url = ${url}`,
  ]);
  const settings = ['[default]', `region = ${LOCAL_REGION}`, 'services = here', ''];
  const mark = markOf(statSync(path, { bigint: true }));
  const lines = [mark, ...settings, '[services here]', ...services];
  writeWhole(join(path, 'aws-config'), `${lines.join('\n')}\n`);
}

/** For commands that are to be about the only budget where there is one alone. */
export function writeBudgets(path: string, budgets: readonly string[]): void {
  writeWhole(join(path, 'budgets.json'), JSON.stringify(budgets));
}

/** To take it over is for a folder of ours alone: another may be the system's. */
function notWritable(path: string, error: unknown): string {
  // Where no folder is yet, the disk may always be so, as that of macOS itself.
  if (!existsSync(path))
    return `The data folder ${path} cannot be made: choose another with --data.`;
  if (!statSync(path).isDirectory())
    return `${path} is a file, and the data is kept in a folder: name another with --data.`;
  // Linux does so by itself where a disk fails: other rights would change nothing.
  const isDiskReadOnly = error instanceof Error && 'code' in error && error.code === 'EROFS';
  return isDiskReadOnly
    ? `The data folder ${path} is on a disk that may only be read for now, as after an error of the disk: see what the system's log says of it (dmesg), or choose another with --data.`
    : `The data folder ${path} cannot be written by this user: choose another with --data. If root has put it back from a backup, give all of it to this user with chown -R.`;
}

/** Step by step: Node's own recursive way never ends where a folder cannot be made at all, as below /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

const OTHERS = 0o077;

/** Each start leaves both there; a backup may have left out the first. */
const OURS: readonly string[] = ['lock.sqlite', 'dynamodb.sqlite'];

/**
 * Whether a start has made it.
 *
 * @throws Error where this user may not look into it.
 */
export function isDataFolder(path: string): boolean {
  return OURS.some((name) => statSync(join(path, name), { throwIfNoEntry: false }) !== undefined);
}

/** Nothing of ours begins with a dot; what does, a home folder is made with, and the other is a disk's own. */
const OF_NOBODY = /^(\.|lost\+found$)/;

/**
 * A folder such as /srv would be closed to everybody else, and its scratch/ emptied. Files alone are in nobody's way: this
 * start's own output may go to one.
 *
 * @throws StartError when there are folders in it, and no start has made it.
 */
function refuseForeign(path: string): void {
  if (isDataFolder(path)) return;
  const entries = readdirSync(path, { withFileTypes: true });
  if (!entries.some((entry) => entry.isDirectory() && !OF_NOBODY.test(entry.name))) return;
  throw new StartError(
    `The folder ${path} holds other folders, and a data folder is for this program alone: choose an empty or a new one with --data.`,
  );
}

/**
 * What a start as root has put there, its user cannot read, and would be told of file by file.
 *
 * @throws StartError naming the first that cannot be read.
 */
function refuseUnreadable(path: string): void {
  const files = readdirSync(path).filter((name) => !OF_NOBODY.test(name));
  for (const file of files.map((name) => join(path, name))) {
    try {
      accessSync(file, constants.R_OK);
    } catch {
      throw new StartError(
        `${file} cannot be read by this user, as after a start with sudo: give the whole data folder to the user that starts it, with chown -R.`,
      );
    }
  }
}

/**
 * On disks of Windows and on shares a change of rights is refused, or is taken and changes nothing.
 *
 * @throws StartError when others can still get at what is in it.
 */
function closeFolder(path: string): void {
  try {
    chmodSync(path, 0o700);
  } catch {
    // What it comes to is looked at below.
  }
  if ((statSync(path).mode & OTHERS) === 0) return;
  throw new StartError(
    `The data folder ${path} cannot be closed to others: it is another user's, or its disk keeps no rights, such as one of Windows. Choose another with --data.`,
  );
}

/** What is synthesized is code that everybody has. */
function isKept(name: string): boolean {
  return name !== 'cdk.out' && !OF_NOBODY.test(name);
}

/** An older version has left files open, and so does a backup that is put back: a copy of one would be everybody's to read. */
function closeToOthers(path: string): void {
  const entry = lstatSync(path);
  if (entry.isSymbolicLink()) return;
  try {
    if ((entry.mode & OTHERS) !== 0) chmodSync(path, entry.mode & 0o700);
  } catch {
    // It is another user's, who may do so; the folder around it is closed.
  }
  if (entry.isDirectory()) for (const name of readdirSync(path)) closeToOthers(join(path, name));
}

/** A lock goes when nobody holds on to its database any more, even if the folder is still in use. */
const locks = new Set<DatabaseSync>();

/** SQLite's lock is the operating system's: it goes with the process, however that ends. */
function lock(path: string): () => void {
  const file = join(path, 'lock.sqlite');
  try {
    // Of one that may only be read, SQLite lets any number of starts begin exclusively.
    if (existsSync(file)) accessSync(file, constants.W_OK);
    const database = new DatabaseSync(file);
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    locks.add(database);
    return () => {
      locks.delete(database);
      database.close();
    };
  } catch (error) {
    if (isDamaged(error)) {
      throw new StartError(`The file ${file} is damaged: remove it. It holds nothing.`);
    }
    const busy = error instanceof Error && /locked|busy/.test(error.message);
    throw new StartError(
      busy
        ? `The data folder ${path} is in use by another start; end that one, or choose another folder with --data.`
        : notWritable(path, error),
    );
  }
}

function ensureCredentials(path: string): LocalCredentials {
  const file = join(path, 'credentials');
  if (!existsSync(file)) {
    const fresh = {
      accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64url'),
    };
    // Of a start that was cut off here, the next would take half a file for all of it.
    writeWhole(file, profile(fresh));
  }
  const text = readFileSync(file, 'utf8');
  const credentials = {
    accessKeyId: fieldIn(text, 'aws_access_key_id'),
    secretAccessKey: fieldIn(text, 'aws_secret_access_key'),
  };
  writeFileSync(join(path, 'curlrc'), curlConfig(credentials), { mode: 0o600 });
  return credentials;
}

function profile({ accessKeyId, secretAccessKey }: LocalCredentials): string {
  return `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
}

/** Signs, asks no proxy of the shell, says that a body is JSON, and ends the answer's last line. */
function curlConfig({ accessKeyId, secretAccessKey }: LocalCredentials): string {
  return [
    `user = "${accessKeyId}:${secretAccessKey}"`,
    `aws-sigv4 = "aws:amz:${LOCAL_REGION}:execute-api"`,
    'noproxy = "127.0.0.1"',
    'header = "content-type: application/json"',
    'write-out = "\\n"',
    '',
  ].join('\n');
}

function fieldIn(text: string, key: string): string {
  const value = new RegExp(`^${key} *= *(\\S+)`, 'm').exec(text)?.[1];
  if (value === undefined) {
    throw new StartError(`The file credentials in the data folder has no ${key}; remove the file.`);
  }
  return value;
}
