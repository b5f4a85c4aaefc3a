package redis

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/rueidis"
	"golang.org/x/sync/errgroup"

	"github.com/pointillist-go/pointillist/cache"
)

// atOnce is how many chunks of an entry are on their way at a time: four fill a
// loopback connection, and bound what a Put holds to 20 MB.
const atOnce = 4

// A damage is what is wrong with an entry.
type damage struct {
	id    string
	cause error
}

func (d *damage) Error() string { return d.cause.Error() }
func (d *damage) Unwrap() error { return d.cause }

func (m *manifest) damaged(format string, args ...any) error {
	return &damage{m.id, fmt.Errorf(format, args...)}
}

func (s *Store) chunkKey(id string, i int) string {
	return s.o.Prefix + ":chunk:{" + id + "}:" + strconv.Itoa(i)
}

func (s *Store) chunkKeys(id string, n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = s.chunkKey(id, i)
	}
	return keys
}

// A writer cuts what is written to it into chunks and sends them.
type writer struct {
	store *Store
	id    string // of the part
	ttl   time.Duration
	group *errgroup.Group
	ctx   context.Context // of the group
	n     int64           // bytes written

	digests [][]byte // of the chunks
	next    int
	buf     []byte // of the next chunk
}

var buffers = sync.Pool{New: func() any { return new([chunkBytes]byte) }}

func (s *Store) newWriter(ctx context.Context, p *part, ttl time.Duration) *writer {
	w := &writer{store: s, id: p.id, ttl: ttl, digests: make([][]byte, p.chunks())}
	w.group, w.ctx = errgroup.WithContext(ctx)
	w.group.SetLimit(atOnce)
	return w
}

// Write fills chunks. It fails once the sending of one has.
func (w *writer) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		if w.buf == nil {
			w.buf = buffers.Get().(*[chunkBytes]byte)[:0]
		}
		n := min(len(rest), chunkBytes-len(w.buf))
		w.buf = append(w.buf, rest[:n]...)
		rest = rest[n:]
		w.n += int64(n)
		if len(w.buf) == chunkBytes {
			if err := w.send(); err != nil {
				return 0, err
			}
		}
	}
	return len(p), nil
}

// close sends what is left, and waits until everything has arrived.
func (w *writer) close() error {
	var err error
	if len(w.buf) > 0 {
		err = w.send()
	}
	return first(w.group.Wait(), err)
}

func (w *writer) send() error {
	i, b := w.next, w.buf
	w.next, w.buf = i+1, nil
	switch {
	case w.ctx.Err() != nil:
		return w.ctx.Err()
	case i == len(w.digests):
		return errors.New("the frame grew while it was written")
	}
	w.group.Go(func() error {
		stored := b
		if w.store.o.Compress {
			stored = compressed(b)
		}
		w.digests[i] = w.store.sealer.digest(nil, stored)
		err := w.store.writeChunk(w.ctx, w.store.chunkKey(w.id, i), stored, w.ttl)
		if err == nil { // otherwise the client may still read them
			buffers.Put((*[chunkBytes]byte)(b[:chunkBytes]))
		}
		return err
	})
	return nil
}

func (s *Store) writeChunk(ctx context.Context, key string, b []byte, ttl time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, 4*s.o.Timeout)
	defer cancel()
	set := s.client.B().Set().Key(key).Value(rueidis.BinaryString(b)).Px(ttl).Build().ToRetryable()
	err := s.client.Do(ctx, set).Error()
	if refused, ok := rueidis.IsRedisErr(err); ok && strings.HasPrefix(refused.Error(), "OOM") {
		return fmt.Errorf("%w: %w", cache.ErrFull, err)
	}
	return err
}

// keep takes the time limit off all chunks of a part that has none, and makes
// sure that they are all there.
func (s *Store) keep(ctx context.Context, p *part) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	keys := s.chunkKeys(p.id, p.chunks())
	var cmds rueidis.Commands
	for _, key := range keys {
		cmds = append(cmds, s.client.B().Persist().Key(key).Build().ToRetryable())
	}
	cmds = append(cmds, s.client.B().Exists().Key(keys...).Build())
	results := s.client.DoMulti(ctx, cmds...)
	for _, result := range results {
		if err := result.Error(); err != nil {
			return err
		}
	}
	if there, err := results[len(keys)].AsInt64(); there != int64(len(keys)) || err != nil {
		return first(err, fmt.Errorf("%w: of %d chunks the server has evicted %d already", cache.ErrFull, len(keys), int64(len(keys))-there))
	}
	return nil
}

// prolong has the server keep the chunks of some parts for so long from now on.
func (s *Store) prolong(ctx context.Context, m *manifest, parts []part, ttl time.Duration) error {
	if len(parts) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	var cmds rueidis.Commands
	var blocks []block
	for i := range parts {
		for j, key := range s.chunkKeys(parts[i].id, parts[i].chunks()) {
			cmds = append(cmds, s.client.B().Pexpire().Key(key).Milliseconds(ttl.Milliseconds()).Build().ToRetryable())
			blocks = append(blocks, block{part: &parts[i], i: j})
		}
	}
	for i, result := range s.client.DoMulti(ctx, cmds...) {
		there, err := result.AsInt64()
		switch {
		case err != nil:
			return err
		case there == 0:
			return m.isGone(blocks[i])
		}
	}
	return nil
}

// A block is a chunk and where it is to be read to.
type block struct {
	part *part
	i    int
	dst  []byte
}

// Chunks of a few bytes are asked for together.
const (
	smallChunk = 64 << 10
	together   = 64
)

// readBlocks reads chunks, and verifies each. What is wrong with them is a damage.
func (s *Store) readBlocks(ctx context.Context, m *manifest, blocks []block) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	var small []block
	for _, b := range blocks {
		if len(b.dst) <= smallChunk {
			small = append(small, b)
			continue
		}
		group.Go(func() error {
			n, err := s.readChunk(ctx, s.chunkKey(b.part.id, b.i), b.dst)
			return s.verify(m, b, n, err)
		})
	}
	for some := range slices.Chunk(small, together) {
		group.Go(func() error { return s.readSmall(ctx, m, some) })
	}
	return group.Wait()
}

// readSmall reads chunks in one go.
func (s *Store) readSmall(ctx context.Context, m *manifest, blocks []block) error {
	ctx, cancel := context.WithTimeout(ctx, 4*s.o.Timeout)
	defer cancel()
	var cmds rueidis.Commands
	for _, b := range blocks {
		cmds = append(cmds, s.client.B().Get().Key(s.chunkKey(b.part.id, b.i)).Build())
	}
	for i, result := range s.client.DoMulti(ctx, cmds...) {
		value, err := result.ToString()
		copy(blocks[i].dst, value)
		if err := s.verify(m, blocks[i], int64(len(value)), err); err != nil {
			return err
		}
	}
	return nil
}

// verify checks what was read, of a chunk that has n bytes in the server, and
// decompresses it.
func (s *Store) verify(m *manifest, b block, n int64, err error) error {
	switch {
	case rueidis.IsRedisNil(err):
		return m.isGone(b)
	case err != nil:
		return err
	case n > int64(len(b.dst)):
		return m.damaged("%s has %d bytes, want %d", m.nameOf(b), n, len(b.dst))
	}
	if !bytes.Equal(s.sealer.digest(nil, b.dst[:n]), b.part.digest(b.i, s.sealer)) {
		return m.damaged("checksum of %s: its bytes were altered: there are %d", m.nameOf(b), n)
	}
	if err := decompress(b.dst, n); err != nil {
		return m.damaged("%s: %w", m.nameOf(b), err)
	}
	return nil
}

func (m *manifest) isGone(b block) error {
	return m.damaged("%s is gone: the server evicted it, or somebody deleted it", m.nameOf(b))
}

// nameOf names a chunk among those of the entry.
func (m *manifest) nameOf(b block) string {
	n := b.i + 1
	for j := 0; m.parts[j].id != b.part.id; j++ {
		n += m.parts[j].chunks()
	}
	return fmt.Sprintf("chunk %d of %d", n, m.chunks())
}

// readChunk reads into dst without a buffer between, and returns how long the
// chunk is. The connection is not the one of small calls, which need not wait.
func (s *Store) readChunk(ctx context.Context, key string, dst []byte) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*s.o.Timeout)
	defer cancel()
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	stream := s.client.DoStream(ctx, s.client.B().Get().Key(key).Build())
	n, err := stream.WriteTo(&into{dst})
	if err == nil || rueidis.IsRedisNil(err) {
		return n, err
	}
	// A stream neither follows slots that moved in a cluster, nor tries again
	// where a connection proves dead: Do does both, with a copy more.
	value, err := s.client.Do(ctx, s.client.B().Get().Key(key).Build()).ToString()
	copy(dst, value)
	return int64(len(value)), err
}

// into is a writer that keeps what fits.
type into struct{ dst []byte }

func (w *into) Write(p []byte) (int, error) {
	w.dst = w.dst[copy(w.dst, p):]
	return len(p), nil
}

var _ io.Writer = (*into)(nil)

// unlink deletes chunks. They lie in one slot.
func (s *Store) unlink(ctx context.Context, g garbage) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	unlink := s.client.B().Unlink().Key(s.chunkKeys(g.id, g.chunks)...).Build()
	return s.client.Do(ctx, unlink.ToRetryable()).Error()
}
