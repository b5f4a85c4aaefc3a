package redis

import (
	"context"
	_ "embed" // the script
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/rueidis"

	"github.com/pointillist-go/pointillist/cache"
)

var _ cache.Counter = (*Store)(nil)

var (
	//go:embed lua/count.lua
	countLua string

	// It must not be sent again where the answer was lost, as those of the ledger are.
	count = rueidis.NewLuaScript(countLua)
)

func (s *Store) countKey(key cache.Key) string { return s.o.Prefix + ":count:{" + key.String() + "}" }

// Add implements [cache.Counter]. In a cluster the numbers lie on all nodes.
//
// Cost: one call.
func (s *Store) Add(ctx context.Context, key cache.Key, delta int64, o cache.CountOptions) (int64, error) {
	if err := errors.Join(ctx.Err(), o.Validate(), s.checkOpen(key)); err != nil {
		return 0, err
	}
	call, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	args := []string{micros(s.o.Now()), strconv.FormatInt(delta, 10), duration(o.TTL), duration(o.Idle)}
	text, err := count.Exec(call, s.client, []string{s.countKey(key)}, args).ToString()
	if err != nil {
		return 0, s.countError(ctx, key, err)
	}
	return strconv.ParseInt(text, 10, 64)
}

// ResetCount implements [cache.Counter].
func (s *Store) ResetCount(ctx context.Context, key cache.Key) error {
	if err := errors.Join(ctx.Err(), s.checkOpen(key)); err != nil {
		return err
	}
	call, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	if err := s.client.Do(call, s.client.B().Del().Key(s.countKey(key)).Build()).Error(); err != nil {
		return s.countError(ctx, key, err)
	}
	return nil
}

func (s *Store) countError(ctx context.Context, key cache.Key, err error) error {
	if refused, ok := rueidis.IsRedisErr(err); ok {
		switch text := refused.Error(); {
		case strings.Contains(text, "would overflow"):
			err = cache.ErrOverflow
		case strings.HasPrefix(text, "OOM"):
			err = fmt.Errorf("%w: %s", cache.ErrFull, text)
		}
	}
	if !errors.Is(err, cache.ErrOverflow) {
		err = s.explain(ctx, key, err)
	}
	return fmt.Errorf("engines/redis: number %s: %w", key, err)
}
