package parity_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
)

var (
	samplePath  = flag.String("parity.sample", "", "file for the figures of random calls that the browser draws; one is made for the test")
	sampleCalls = flag.Int("parity.samples", 300, "figures of the sample")
)

// TestSampleForBrowser writes figures of random calls as a client gets them,
// one a line with its call. Each call is drawn or refused with a place.
func TestSampleForBrowser(t *testing.T) {
	if *samplePath == "" {
		*samplePath = filepath.Join(t.TempDir(), "calls.jsonl")
	}
	file, err := os.Create(*samplePath)
	require.NoError(t, err)
	defer file.Close()
	tables := randomTables(t, *randomSeed)
	small := tables[:len(tables)-1] // SVG draws the large one slowly
	out, drawn, refused := json.NewEncoder(file), 0, 0
	for i := 0; drawn < *sampleCalls; i++ {
		for q := range randomQuestions(small, *randomSeed, i) {
			text, err := q.write()
			if err != nil {
				var where *figure.ArgumentError
				require.ErrorAs(t, err, &where, "%s", q.call())
				refused++
				break
			}
			require.True(t, json.Valid(text), "%s", q.call())
			require.NoError(t, out.Encode(map[string]any{"call": q.call().String(), "figure": json.RawMessage(text)}))
			drawn++
			break
		}
	}
	assert.Less(t, refused, drawn/2, "most random calls are good ones")
	t.Logf("%d figures, %d calls refused, of seed %d", drawn, refused, *randomSeed)
}

// write is the figure of a question with everything at its default.
func (q question) write() ([]byte, error) {
	kind, err := figure.ParseArgs(q.kind, q.call().Args)
	if err != nil {
		return nil, err
	}
	fig, err := kind.Build(q.data.frame, q.call().rowsOf(q.data.frame))
	if err != nil {
		return nil, err
	}
	plan, err := encode.New(fig, encode.Options{})
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	_, err = plan.WriteTo(&text)
	return text.Bytes(), err
}
