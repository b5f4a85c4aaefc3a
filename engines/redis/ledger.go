package redis

import (
	"context"
	_ "embed" // the scripts
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"github.com/pointillist-go/pointillist/cache"
)

// The ledger says what is kept, charged, read and being written. It lives in
// the server, and these scripts are all that touches it: see lua/shared.lua.
var (
	//go:embed lua/shared.lua
	sharedLua string

	//go:embed lua/reserve.lua
	reserveLua string
	//go:embed lua/commit.lua
	commitLua string
	//go:embed lua/abandon.lua
	abandonLua string
	//go:embed lua/acquire.lua
	acquireLua string
	//go:embed lua/lease.lua
	leaseLua string
	//go:embed lua/free.lua
	freeLua string
	//go:embed lua/delete.lua
	deleteLua string
	//go:embed lua/discard.lua
	discardLua string
	//go:embed lua/stats.lua
	statsLua string

	reserve = script(reserveLua)
	commit  = script(commitLua)
	abandon = script(abandonLua)
	acquire = script(acquireLua)
	lease   = script(leaseLua)
	free    = script(freeLua)
	remove  = script(deleteLua)
	discard = script(discardLua)
	stats   = script(statsLua)
)

// script makes one that may be sent again where the answer was lost: a second
// run changes nothing that the first has not.
func script(body string) *rueidis.Lua { return rueidis.NewLuaScriptRetryable(sharedLua + body) }

// A reply is what every script returns.
type reply struct {
	status, detail string
	garbage        []garbage
	bytes, entries int64 // held
}

// garbage is an entry that is gone and whose chunks can be deleted.
type garbage struct {
	id     string
	chunks int
}

// run runs a script, whose first argument is the time, and counts what it ended.
func (s *Store) run(ctx context.Context, script *rueidis.Lua, args ...string) (r reply, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	args = append([]string{micros(s.o.Now())}, args...)
	values, err := script.Exec(ctx, s.client, []string{s.tag}, args).ToArray()
	if err != nil {
		return r, err
	}
	if len(values) != 8 {
		return r, fmt.Errorf("a script returned %d values, want 8", len(values))
	}
	text := func(i int) string { v, e := values[i].ToString(); err = first(err, e); return v }
	number := func(i int) int64 { v, e := values[i].AsInt64(); err = first(err, e); return v }
	r = reply{status: text(0), detail: text(1), bytes: number(6), entries: number(7)}
	list, e := values[2].AsStrSlice()
	err = first(err, e)
	for i := 0; i+1 < len(list); i += 2 {
		n, e := strconv.Atoi(list[i+1])
		err = first(err, e)
		r.garbage = append(r.garbage, garbage{list[i], n})
	}
	s.count(number(3), number(4), number(5))
	return r, err
}

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// count adds what a script ended.
func (s *Store) count(expired, forBytes, forEntries int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Expired += uint64(expired)
	for limit, n := range map[cache.Limit]int64{cache.LimitBytes: forBytes, cache.LimitEntries: forEntries} {
		if n > 0 {
			s.stats.Evicted[limit] += uint64(n)
		}
	}
}

// collect deletes the chunks of garbage, and ends its charge. Several processes
// may collect the same.
func (s *Store) collect(ctx context.Context, all []garbage) error {
	if len(all) == 0 {
		return nil
	}
	ids := make([]string, len(all))
	for i, g := range all {
		ids[i] = g.id
		if err := s.unlink(ctx, g); err != nil {
			return err
		}
	}
	_, err := s.run(ctx, free, ids...)
	return err
}

// settle collects until there is no garbage, and returns what is held then.
func (s *Store) settle(ctx context.Context, r reply) (reply, error) {
	for len(r.garbage) > 0 {
		if err := s.collect(ctx, r.garbage); err != nil {
			return r, err
		}
		var err error
		if r, err = s.run(ctx, stats); err != nil {
			return r, err
		}
	}
	return r, nil
}

// epitaph returns the miss that a tomb explains, or that there is none.
func epitaph(key cache.Key, tomb string) *cache.Miss {
	miss := &cache.Miss{Key: key, Cause: cache.ErrNotFound}
	words := strings.Fields(tomb)
	if len(words) != 3 {
		return miss
	}
	us, err := strconv.ParseFloat(words[2], 64)
	if err != nil {
		return miss
	}
	miss.When = time.UnixMicro(int64(us))
	miss.Limit = map[string]cache.Limit{"bytes": cache.LimitBytes, "entries": cache.LimitEntries}[words[1]]
	switch words[0] {
	case "expired":
		miss.Cause = cache.ErrExpired
	case "evicted":
		miss.Cause = cache.ErrEvicted
	case "superseded":
		miss.Cause = cache.ErrSuperseded
	case "corrupt":
		miss.Cause = cache.ErrCorrupt
	}
	return miss
}

// micros is a time as scripts take it; the zero time, for never, is 0.
func micros(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return strconv.FormatInt(t.UnixMicro(), 10)
}
