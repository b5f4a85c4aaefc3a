// Command demo serves Pointillist's demo page and HTTP interface.
//
//	demo [-listen 127.0.0.1:8050] [-data NAME=PATH …] [-cache-dir DIR] [-max-bytes SIZE] [-session-bytes SIZE] [-admin-token FILE]
//
// Without flags it serves a generated frame of green-taxi trips under the name
// taxi. It prints one line with its address once it is ready, and stops at
// SIGINT or SIGTERM after the requests in flight.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// shutdownGrace is how long requests in flight may take to finish.
const shutdownGrace = 10 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

type options struct {
	listen       string
	data         namedPaths
	cacheDir     string
	maxBytes     byteSize
	sessionBytes byteSize
	adminToken   string // the file
}

// parse reads the flags. Of flag.ErrHelp the usage has been written to stderr.
func parse(args []string, stderr io.Writer) (options, error) {
	o := options{maxBytes: 2 << 30, sessionBytes: 1 << 30}
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // who calls tells of the error
	flags.StringVar(&o.listen, "listen", "127.0.0.1:8050", "`address` to listen on")
	flags.Var(&o.data, "data", "load the file under a name, as `NAME=PATH`: .csv, .csv.gz, .parquet, .arrow or .feather; may be repeated")
	flags.StringVar(&o.cacheDir, "cache-dir", "", "keep stored frames in this `directory` too, so that they outlive the process")
	flags.Var(&o.maxBytes, "max-bytes", "most bytes of stored frames to hold, such as 512MB or 2GiB (`size`)")
	flags.Var(&o.sessionBytes, "session-bytes", "most bytes of stored frames of one visitor (`size`)")
	flags.StringVar(&o.adminToken, "admin-token", "", "answer under /v1/store to who has the token in this `file`, of at least 16 bytes")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(stderr)
		flags.Usage()
		return o, err
	case err != nil:
		return o, fmt.Errorf("%w; -h lists the flags", err)
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q: files are given as -data NAME=PATH", flags.Arg(0))
	}
	return o, nil
}

// run serves until ctx is done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(stderr, nil))
	listener, err := net.Listen("tcp", o.listen)
	if err != nil {
		return fmt.Errorf("-listen %s: %w", o.listen, err)
	}
	app, err := newApp(o, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := &http.Server{
		Handler:           app,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	if err = app.load(ctx, o.data, stderr); err == nil && ctx.Err() == nil {
		_, _ = fmt.Fprintf(stdout, "Pointillist is ready on http://%s/\n", listener.Addr())
		select {
		case err = <-served:
		case <-ctx.Done():
		}
	}
	return errors.Join(err, shutdown(server), app.Close())
}

// shutdown lets the requests in flight finish, for as long as they may.
func shutdown(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownGrace)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("requests were broken off: %w", err), server.Close())
	}
	return nil
}

// namedPaths are the values of a flag NAME=PATH.
type namedPaths []namedPath

type namedPath struct{ name, path string }

func (n *namedPaths) String() string { return fmt.Sprint(*n) }

// Set reads one NAME=PATH.
func (n *namedPaths) Set(text string) error {
	name, path, found := strings.Cut(text, "=")
	if !found || name == "" || path == "" {
		return fmt.Errorf("%q is not NAME=PATH", text)
	}
	for _, other := range *n {
		if other.name == name {
			return fmt.Errorf("the name %q is given twice", name)
		}
	}
	*n = append(*n, namedPath{name, path})
	return nil
}
