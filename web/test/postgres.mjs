// A real PostgreSQL for browser tests: of Debian's package, in a directory of its
// own, on a free port, never as root.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export async function startPostgres() {
  const program = programs().find(Boolean);
  if (!program) throw new Error('the tests start a PostgreSQL: apt-get install postgresql');
  const bin = dirname(realpathSync(program)), data = mkdtempSync(join(tmpdir(), 'pointillist-pg-')), port = await freePort();
  const owner = process.getuid() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
  if (owner.uid) chownSync(data, owner.uid, owner.gid);
  const as = { ...owner, cwd: data, env: { ...process.env, PGUSER: 'postgres' } };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'], { ...as, stdio: 'ignore' });

  let server, ended;
  const postgres = {
    url: `postgres://postgres@127.0.0.1:${port}/postgres?sslmode=disable&connect_timeout=5`,
    log: '', // all statements, among other things

    async start() {
      server = spawn(program, ['-D', data, '-k', data, '-p', port, '-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off', '-c', 'log_statement=all'],
        { ...as, stdio: ['ignore', 'ignore', 'pipe'] });
      ended = new Promise(resolve => server.once('exit', resolve));
      server.stderr.on('data', text => { postgres.log += text; });
      for (let tries = 0; ; tries++) {
        try {
          return postgres.run('select 1');
        } catch (error) {
          if (tries > 600 || error.code === 'ENOENT' || server.exitCode !== null) {
            await postgres.stop();
            throw error;
          }
          await new Promise(later => setTimeout(later, 100));
        }
      }
    },
    // run has psql run statements, or a file of them.
    run: (sql, ...more) => execFileSync(join(bin, 'psql'), ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-p', port, '-c', sql, ...more],
      { ...as, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim(),
    // kill ends the server as an accident would; its data stay.
    async kill() {
      server.kill('SIGQUIT'); // it takes its children along
      await ended;
    },
    async stop() {
      await postgres.kill();
      rmSync(data, { recursive: true, force: true });
    },
  };
  await postgres.start();
  return postgres;
}

const programs = () => {
  try {
    return execFileSync('sh', ['-c', 'ls /usr/lib/postgresql/*/bin/postgres; command -v postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n').reverse();
  } catch (error) {
    return (error.stdout ?? '').split('\n').reverse();
  }
};
const id = flag => +execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' });
const freePort = () => new Promise((resolve, reject) => {
  const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
