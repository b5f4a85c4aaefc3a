package redis

import (
	"context"
	_ "embed" // the scripts
	"errors"
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
	//go:embed lua/disown.lua
	disownLua string
	//go:embed lua/list.lua
	listLua string
	//go:embed lua/owned.lua
	ownedLua string
	//go:embed lua/claim.lua
	claimLua string

	reserve = script(reserveLua)
	commit  = script(commitLua)
	abandon = script(abandonLua)
	acquire = script(acquireLua)
	lease   = script(leaseLua)
	free    = script(freeLua)
	remove  = script(deleteLua)
	discard = script(discardLua)
	stats   = script(statsLua)
	disown  = script(disownLua)
	list    = script(listLua)
	owned   = script(ownedLua)
	claim   = script(claimLua)
)

// script makes one that may be sent again where the answer was lost: a second
// run changes nothing that the first has not.
func script(body string) *rueidis.Lua { return rueidis.NewLuaScriptRetryable(sharedLua + body) }

var errLedger = errors.New("the ledger in the server is not one of this version")

// A reply is what every script returns.
type reply struct {
	status, detail string
	list           []string
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
	if len(values) != 10 {
		return r, fmt.Errorf("a script returned %d values, want 10", len(values))
	}
	text := func(i int) string { v, e := values[i].ToString(); err = first(err, e); return v }
	texts := func(i int) []string { v, e := values[i].AsStrSlice(); err = first(err, e); return v }
	number := func(i int) int64 { v, e := values[i].AsInt64(); err = first(err, e); return v }
	r = reply{status: text(0), detail: text(1), list: texts(2), bytes: number(8), entries: number(9)}
	all := texts(3)
	for i := 0; i+1 < len(all); i += 2 {
		n, e := strconv.Atoi(all[i+1])
		err = first(err, e)
		r.garbage = append(r.garbage, garbage{all[i], n})
	}
	s.count(number(4), map[cache.Limit]int64{cache.LimitBytes: number(5), cache.LimitEntries: number(6), cache.LimitOwner: number(7)})
	return r, err
}

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// count adds what a script ended.
func (s *Store) count(expired int64, evicted map[cache.Limit]int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Expired += uint64(expired)
	for limit, n := range evicted {
		if n > 0 {
			s.stats.Evicted[limit] += uint64(n)
		}
	}
}

// collect deletes the chunks of garbage, and ends its charge. Several processes
// may collect the same: what each has freed is counted once.
func (s *Store) collect(ctx context.Context, all []garbage) (cache.Freed, error) {
	if len(all) == 0 {
		return cache.Freed{}, nil
	}
	ids := make([]string, len(all))
	for i, g := range all {
		ids[i] = g.id
		if err := s.unlink(ctx, g); err != nil {
			return cache.Freed{}, err
		}
	}
	r, err := s.run(ctx, free, ids...)
	if err != nil || len(r.list) != 2 {
		return cache.Freed{}, first(err, errLedger)
	}
	entries, err := strconv.Atoi(r.list[0])
	bytes, err2 := strconv.ParseInt(r.list[1], 10, 64)
	return cache.Freed{Entries: entries, Bytes: bytes}, first(err, err2)
}

// settle collects until there is no garbage, and returns what is held then and
// what was freed.
func (s *Store) settle(ctx context.Context, r reply) (reply, cache.Freed, error) {
	var freed cache.Freed
	for len(r.garbage) > 0 {
		f, err := s.collect(ctx, r.garbage)
		if err != nil {
			return r, freed, err
		}
		freed.Entries += f.Entries
		freed.Bytes += f.Bytes
		if r, err = s.run(ctx, stats); err != nil {
			return r, freed, err
		}
	}
	return r, freed, nil
}

// epitaph returns the miss that a tomb explains, or that there is none.
func epitaph(key cache.Key, tomb string) *cache.Miss {
	miss := &cache.Miss{Key: key, Cause: cache.ErrNotFound}
	words := strings.Fields(tomb)
	if len(words) != 3 {
		return miss
	}
	when, err := parseMicros(words[2])
	if err != nil {
		return miss
	}
	miss.When = when
	miss.Limit = map[string]cache.Limit{"bytes": cache.LimitBytes, "entries": cache.LimitEntries, "owner": cache.LimitOwner}[words[1]]
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

// duration is a duration, rounded up.
func duration(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Microsecond-1)/time.Microsecond), 10)
}

// parseMicros reads a time as Redis writes a score.
func parseMicros(text string) (time.Time, error) {
	us, err := strconv.ParseFloat(text, 64)
	return time.UnixMicro(int64(us)), err
}

// named is a key as scripts take it: nothing for none.
func named(key cache.Key) string {
	if key == (cache.Key{}) {
		return ""
	}
	return key.String()
}
