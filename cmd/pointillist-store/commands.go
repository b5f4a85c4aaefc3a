package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/frame"
)

// A command is one of the subcommands; args are those after DIR.
type command struct {
	usage string
	args  int
	run   func(ctx context.Context, s *disk.Store, args []string, w *bytes.Buffer) error
}

var commands = map[string]command{
	"list":    {"DIR", 0, list},
	"inspect": {"DIR KEY", 1, inspect},
	"verify":  {"DIR", 0, verify},
	"export":  {"DIR KEY FILE", 2, export},
	"gc":      {"DIR", 0, gc},
	"doctor":  {"DIR", 0, doctor},
}

func list(ctx context.Context, s *disk.Store, _ []string, w *bytes.Buffer) error {
	entries, err := s.List(ctx)
	if err != nil {
		return err
	}
	var rows bytes.Buffer
	fmt.Fprintln(&rows, "key\trows\tbytes\tcreated\tused\texpires\towner")
	for _, e := range entries {
		fmt.Fprintf(&rows, "%s\t%d\t%d\t%s\t%s\t%s\t%s\n", e.Key, e.Rows, e.Bytes, clock(e.Created), clock(e.Used), ending(e), name(e.Owner))
	}
	return align(w, rows.Bytes())
}

// align writes columns that are separated by tabs.
func align(w *bytes.Buffer, rows []byte) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, err := t.Write(rows)
	return errors.Join(err, t.Flush())
}

func inspect(ctx context.Context, s *disk.Store, args []string, w *bytes.Buffer) error {
	key, err := parseKey(args[0])
	if err != nil {
		return err
	}
	e, err := s.Inspect(ctx, key)
	if err != nil {
		return err
	}
	var rows bytes.Buffer
	for _, line := range [][2]any{
		{"key", e.Key}, {"version", e.Version}, {"rows", e.Rows}, {"bytes", e.Bytes},
		{"created", clock(e.Created)}, {"used", clock(e.Used)}, {"expires", ending(e)}, {"idle", e.Idle},
		{"stale", e.Stale}, {"owner", name(e.Owner)}, {"slot", name(e.Slot)},
	} {
		fmt.Fprintf(&rows, "%s\t%v\n", line[0], line[1])
	}
	return align(w, rows.Bytes())
}

func parseKey(digits string) (key cache.Key, err error) {
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) != len(key) {
		return key, fmt.Errorf("%q is no key: want %d hexadecimal digits", digits, hex.EncodedLen(len(key)))
	}
	return cache.Key(b), nil
}

// export writes an entry, once it is known to be whole, as an Arrow file that
// anybody reads. It replaces no file.
func export(ctx context.Context, s *disk.Store, args []string, w *bytes.Buffer) error {
	key, err := parseKey(args[0])
	if err != nil {
		return err
	}
	f, _, err := s.GetStale(ctx, key)
	if err != nil {
		return err
	}
	defer f.Release()
	file, err := os.OpenFile(args[1], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(file, 1<<20)
	if err := errors.Join(frame.WriteIPC(out, f), out.Flush(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	fmt.Fprintf(w, "%s: %d rows of %d columns\n", args[1], f.Rows(), len(f.Columns()))
	return nil
}

func verify(ctx context.Context, s *disk.Store, _ []string, w *bytes.Buffer) error {
	bad, err := s.Verify(ctx)
	for _, miss := range bad {
		fmt.Fprintln(w, miss)
	}
	switch {
	case err != nil:
		return err
	case len(bad) > 0:
		return fmt.Errorf("%d corrupt entries were removed", len(bad))
	}
	fmt.Fprintln(w, "all entries are whole")
	return nil
}

func gc(ctx context.Context, s *disk.Store, _ []string, w *bytes.Buffer) error {
	freed, err := s.GC(ctx)
	if err != nil {
		return err
	}
	held := s.Stats()
	fmt.Fprintf(w, "freed %d entries of %d bytes; %d of %d bytes are held\n", freed.Entries, freed.Bytes, held.Entries, held.Bytes)
	return nil
}

func doctor(ctx context.Context, s *disk.Store, _ []string, w *bytes.Buffer) error {
	found := s.Doctor(ctx)
	for _, f := range found {
		fmt.Fprintf(w, "%s: %s: %s\n", f.Check, f.Problem, f.Advice)
	}
	if len(found) > 0 {
		return fmt.Errorf("%d problems", len(found))
	}
	fmt.Fprintln(w, "nothing is wrong")
	return nil
}

func clock(at time.Time) string { return at.UTC().Format(time.RFC3339) }

func ending(e cache.Entry) string {
	at := e.Deadline(e.Used)
	switch {
	case e.Expired:
		return "has expired"
	case at.IsZero():
		return "never"
	}
	return clock(at)
}

func name(k cache.Key) string {
	if k == (cache.Key{}) {
		return "-"
	}
	return k.String()
}
