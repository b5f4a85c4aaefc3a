package parity_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// A question is one call to compare.
type question struct {
	data table
	kind string
	args arguments
	rows []uint32 // nil is all
}

func (q question) call() call {
	return call{Frame: q.data.path, Kind: q.kind, Args: json.RawMessage(q.args.String()), Rows: q.rows}
}

func (q question) compare(t testing.TB, p *peer) outcome {
	return compare(t, q.data.frame, p, q.call())
}

// shrink leaves out arguments as long as the rest still differs, and takes all
// rows if they differ too.
func (q question) shrink(t testing.TB, p *peer, found outcome) (question, outcome) {
	for i := 0; i < len(q.args); {
		less := q
		less.args = slices.Delete(slices.Clone(q.args), i, i+1)
		if smaller := less.compare(t, p); smaller.differs != "" {
			q, found, i = less, smaller, 0
		} else {
			i++
		}
	}
	all := q
	all.rows = nil
	if same := all.compare(t, p); same.differs != "" {
		return all, same
	}
	return q, found
}

// askAll compares n questions in two processes side by side, and logs how many
// are equal. Of each number the first is asked that is no departure.
func askAll(t *testing.T, n int, draw func(i int) iter.Seq[question]) {
	const peers = 2
	var asked, equal, refused atomic.Int64
	var departures tally
	t.Run("calls", func(t *testing.T) {
		for first := range peers {
			t.Run(fmt.Sprintf("process %d", first), func(t *testing.T) {
				t.Parallel()
				p := startPeer(t)
				for i := first; i < n; i += peers {
					for q := range draw(i) {
						found := q.compare(t, p)
						if found.departure != "" {
							departures.add(found.departure)
							continue
						}
						asked.Add(1)
						if found.differs != "" {
							q, found = q.shrink(t, p, found)
							t.Errorf("px.%s(%s), rows %v of %d: %s", q.kind, q.args, q.rows, q.data.frame.Rows(), found.differs)
							break
						}
						equal.Add(1)
						if found.refused {
							refused.Add(1)
						}
						break
					}
				}
			})
		}
	})
	t.Logf("%d calls, %d equal (%d refused by px and by us; besides them %d departures)", asked.Load(), equal.Load(), refused.Load(), departures.total())
	for _, why := range slices.Sorted(maps.Keys(departures.times)) {
		t.Logf("%5d × %s", departures.times[why], why)
	}
}

// A tally counts departures.
type tally struct {
	mutex sync.Mutex
	times map[string]int
}

func (c *tally) add(why string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.times == nil {
		c.times = map[string]int{}
	}
	c.times[why]++
}

func (c *tally) total() (n int) {
	for _, times := range c.times {
		n += times
	}
	return n
}

// askEach is askAll over questions that are all there.
func askEach(t *testing.T, questions []question) {
	askAll(t, len(questions), func(i int) iter.Seq[question] { return slices.Values(questions[i : i+1]) })
}

// arguments keep their order.
type arguments []argument

type argument struct {
	name  string
	value any // JSON text if it is a json.RawMessage
}

// parse reads the arguments of a call written by hand.
func parse(t testing.TB, text string) (a arguments) {
	d := json.NewDecoder(strings.NewReader(text))
	for _, err := d.Token(); d.More(); { // after the brace
		require.NoError(t, err, text)
		var value json.RawMessage
		name, err := d.Token()
		require.NoError(t, err, text)
		require.NoError(t, d.Decode(&value), text)
		a = append(a, argument{name.(string), value})
	}
	return a
}

// have reports whether an argument has the name, or there is none to have.
func (a arguments) have(name string) bool {
	return name == "" || slices.ContainsFunc(a, func(arg argument) bool { return arg.name == name })
}

func (a arguments) String() string {
	parts := make([]string, len(a))
	for i, arg := range a {
		text, err := json.Marshal(arg.value)
		if err != nil {
			panic(err)
		}
		parts[i] = fmt.Sprintf("%q: %s", arg.name, text)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
