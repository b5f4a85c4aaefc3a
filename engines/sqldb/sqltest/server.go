package sqltest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/pointillist-go/pointillist/engines/sqldb"
)

const patience = 2 * time.Minute // for a server to answer, on a busy machine

// A Server is one that was started.
type Server struct {
	URL string // for sqldb.Open

	dir     string
	owner   *syscall.Credential // nil: ours
	command []string
	process *exec.Cmd
}

// StartPostgres starts a PostgreSQL server without data.
func StartPostgres() (*Server, error) {
	bin, err := find("postgres", "/usr/lib/postgresql/*/bin/postgres", "postgresql")
	if err != nil {
		return nil, err
	}
	s, port, err := prepare("postgres")
	if err != nil {
		return nil, err
	}
	s.URL = "postgres://postgres@127.0.0.1:" + port + "/postgres?sslmode=disable&connect_timeout=10"
	s.command = []string{bin, "-D", s.dir, "-k", s.dir, "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"}
	return s.first(filepath.Join(filepath.Dir(bin), "initdb"), "-D", s.dir, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
}

// StartMariaDB starts a MariaDB server that lets anybody do anything.
func StartMariaDB() (*Server, error) {
	bin, err := find("mariadbd", "/usr/sbin/mariadbd", "mariadb-server")
	if err != nil {
		return nil, err
	}
	s, port, err := prepare("mysql")
	if err != nil {
		return nil, err
	}
	s.URL = "mariadb://root@127.0.0.1:" + port + "/test"
	s.command = []string{bin, "--no-defaults", "--datadir=" + s.dir, "--socket=" + filepath.Join(s.dir, "socket"),
		"--port=" + port, "--bind-address=127.0.0.1", "--skip-grant-tables", "--innodb-flush-log-at-trx-commit=0"}
	return s.first("mariadb-install-db", "--no-defaults", "--datadir="+s.dir, "--auth-root-authentication-method=normal")
}

// find returns the path of a program, the newest of those that match.
func find(name, pattern, debian string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return filepath.EvalSymlinks(path) // its companions lie beside it
	}
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("these tests start a server of their own: apt-get install %s", debian)
	}
	return slices.Max(found), nil
}

// prepare makes a directory for a server that is run as the named user under root.
func prepare(name string) (*Server, string, error) {
	dir, err := os.MkdirTemp("", "sqltest")
	if err != nil {
		return nil, "", err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	s := &Server{dir: dir}
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	if err := l.Close(); err != nil || os.Getuid() != 0 {
		return s, port, err
	}
	account, err := user.Lookup(name)
	if err != nil {
		return nil, "", err
	}
	uid, uerr := strconv.ParseUint(account.Uid, 10, 32)
	gid, gerr := strconv.ParseUint(account.Gid, 10, 32)
	s.owner = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return s, port, errors.Join(uerr, gerr, os.Chown(dir, int(uid), int(gid)))
}

func (s *Server) run(command ...string) *exec.Cmd {
	c := exec.Command(command[0], command[1:]...)
	c.Dir = s.dir
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.owner, Pdeathsig: syscall.SIGKILL}
	return c
}

// first makes the data directory, then starts.
func (s *Server) first(command ...string) (*Server, error) {
	if out, err := s.run(command...).CombinedOutput(); err != nil {
		s.Stop()
		return nil, fmt.Errorf("%s: %w\n%s", command[0], err, out)
	}
	if err := s.Start(); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// Start starts the server again, with the data that it had, and waits until it answers.
func (s *Server) Start() error {
	s.process = s.run(s.command...)
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the server has its own
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		return err
	}
	db, err := sqldb.Open(s.URL)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		err := db.PingContext(ctx)
		cancel()
		if err == nil {
			return nil
		}
		if time.Since(begun) > patience {
			text, _ := os.ReadFile(log.Name())
			return fmt.Errorf("the server did not start: %w\n%s", err, text)
		}
	}
}

// Kill ends the server at once, as an accident would. Its data stay.
func (s *Server) Kill() {
	if s.process != nil && s.process.Process != nil {
		_ = s.process.Process.Signal(syscall.SIGQUIT) // postgres takes its children along
		_ = s.process.Wait()
	}
	s.process = nil
}

// Stop ends the server and removes its data.
func (s *Server) Stop() {
	s.Kill()
	_ = os.RemoveAll(s.dir)
}
