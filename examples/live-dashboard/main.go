// Command live-dashboard draws ten graphs of one query that is run every 30
// seconds, for any number of viewers.
//
//	live-dashboard -dsn postgres://reader@127.0.0.1/shop [-every 30s] [-listen 127.0.0.1:8060] [-keep directory]
//	live-dashboard -simulate
//
// The address is one that engines/sqldb takes, so SQL Server, MySQL and MariaDB
// will do too; orders.sql makes the table, with orders, in PostgreSQL.
//
// However many look, the database answers one query in each period. The ten
// graphs of a page are of one version of the data, and change together. When the
// database is down, the page shows the last data with their age, and goes on as
// soon as it is back; with -keep it does so after a restart, too. All of that is in dashboard.go, and page/page.js asks for it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/disk"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "live-dashboard:", err)
		os.Exit(1)
	}
}

type options struct {
	dsn      string
	simulate bool
	every    time.Duration
	listen   string
	plotly   string
	keep     string
}

func parse(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("live-dashboard", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.dsn, "dsn", "", "`address` of the database, such as postgres://reader@127.0.0.1/shop")
	flags.BoolVar(&o.simulate, "simulate", false, "show invented orders, without a database")
	flags.DurationVar(&o.every, "every", 30*time.Second, "`period` of the query")
	flags.StringVar(&o.listen, "listen", "127.0.0.1:8060", "`address` to listen on")
	flags.StringVar(&o.plotly, "plotly", "", "`file` of plotly.js to serve; without one the page takes it from a CDN")
	flags.StringVar(&o.keep, "keep", "", "`directory` that keeps the last orders, to be shown after a restart until the database answers")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if (o.dsn == "") == !o.simulate {
		return o, errors.New("want either -dsn, the address of a database with a table of orders (see orders.sql), or -simulate, to be shown invented ones")
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
	source, err := openSource(o)
	if err != nil {
		return err
	}
	defer source.close()
	var kept cache.Store // nil: the orders are not kept
	if o.keep != "" {
		if kept, err = disk.Open(disk.Options{Dir: o.keep}); err != nil {
			return err
		}
		defer func() { _ = kept.Close() }()
	}
	board, err := newDashboard(source, kept, o)
	if err != nil {
		return err
	}
	defer board.Close()
	listener, err := net.Listen("tcp", o.listen)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: board, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	_, _ = fmt.Fprintf(stdout, "The dashboard is on http://%s/\n", listener.Addr())
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return server.Shutdown(grace)
}
