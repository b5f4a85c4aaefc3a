// Command pointillist-store looks after a store of package cache/disk, also
// while other processes use it.
//
//	pointillist-store [-secret FILE] list DIR
//	pointillist-store [-secret FILE] inspect DIR KEY
//	pointillist-store [-secret FILE] export DIR KEY FILE
//	pointillist-store [-secret FILE] verify DIR
//	pointillist-store [-secret FILE] gc DIR
//	pointillist-store [-secret FILE] doctor DIR
//
// It exits with 1 if something is wrong: with the store, or with an entry.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/pointillist-go/pointillist/cache/disk"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "pointillist-store:", err)
		}
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("pointillist-store", flag.ContinueOnError)
	flags.SetOutput(stderr)
	secret := flags.String("secret", "", "the `file` with the secret that entries are signed with")
	flags.Usage = func() {
		_, _ = io.WriteString(stderr, "usage: pointillist-store [-secret FILE] list|inspect|export|verify|gc|doctor DIR [KEY [FILE]]\n")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	name, dir, rest := flags.Arg(0), flags.Arg(1), max(flags.NArg()-2, 0)
	c, ok := commands[name]
	switch {
	case !ok:
		return fmt.Errorf("unknown subcommand %q: want list, inspect, export, verify, gc or doctor", name)
	case dir == "" || rest != c.args:
		return fmt.Errorf("want: pointillist-store %s %s", name, c.usage)
	}
	store, err := open(dir, *secret)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	err = c.run(ctx, store, flags.Args()[2:], &out)
	_, werr := out.WriteTo(stdout)
	return errors.Join(err, werr, store.Close())
}

// open opens a store that exists. Its limits are those of the processes that
// put: none of the subcommands makes room.
func open(dir, secretFile string) (*disk.Store, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	o := disk.Options{Dir: dir}
	if secretFile != "" {
		secret, err := os.ReadFile(secretFile)
		if err != nil {
			return nil, err
		}
		o.Secret = secret
	}
	return disk.Open(o)
}
