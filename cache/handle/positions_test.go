package handle_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/frame"
)

// call is what a page sends: handles stand where the callback declares its
// inputs, one of them a list of as many components as there are; and one is
// where somebody has pasted it.
const call = `{"output": "graph.figure", "note": "H9", "inputs": [
	{"id": "store", "property": "data", "value": "H0"},
	[{"id": {"type": "row", "index": 1}, "value": "H1"}, {"id": {"type": "row", "index": 2}, "value": null}, {"value": "H2"}, {}],
	{"id": "text", "property": "value", "value": "H9"}],
	"state": {"a/b": {"deep": [{"f~": "H3"}, ["H9"]]}, "H9": "H9"}, "FRAME": "H9", "frame": "H4"}`

func TestFind(t *testing.T) {
	for name, tt := range map[string]struct {
		pointers []string
		document string
		want     string // pointer=handle
		fails    string
	}{
		"one":                 {[]string{"/frame"}, call, "/frame=H4", ""},
		"an element":          {[]string{"/inputs/0/value"}, call, "/inputs/0/value=H0", ""},
		"all of a list":       {[]string{"/inputs/1/*/value"}, call, "/inputs/1/0/value=H1 /inputs/1/2/value=H2", ""},
		"nested, escaped":     {[]string{"/state/a~1b/deep/0/f~0"}, call, "/state/a~1b/deep/0/f~0=H3", ""},
		"members":             {[]string{"/state/*/deep/*/f~0"}, call, "/state/a~1b/deep/0/f~0=H3", ""},
		"several":             {[]string{"/frame", "/inputs/0/value", "/inputs/1/*/value"}, call, "/inputs/0/value=H0 /inputs/1/0/value=H1 /inputs/1/2/value=H2 /frame=H4", ""},
		"once, by two":        {[]string{"/frame", "/*"}, `{"frame": "H4"}`, "/frame=H4", ""},
		"not there":           {[]string{"/inputs/7/value", "/nothing", "/output/deeper"}, call, "", ""},
		"none declared":       {nil, call, "", ""},
		"the document":        {[]string{""}, ` "H0" `, "=H0", ""},
		"null":                {[]string{"/a"}, `{"a": null}`, "", ""},
		"twice":               {[]string{"/a"}, `{"a":"H1","a":"H2"}`, "/a=H1 /a=H2", ""},
		"an empty name":       {[]string{"/"}, `{"": "H1"}`, "/=H1", ""},
		"escapes in the text": {[]string{"/\u00e4"}, `{"\u00e4": "\u0048\u0031"}`, "/\u00e4=H1", ""},

		"a number":         {[]string{"/a/*"}, `{"a": [1]}`, "", "handle: at /a/0 there is a number, want a handle"},
		"an object":        {[]string{"/a"}, `{"a": {"a": "H1"}}`, "", "handle: at /a there is an object, want a handle"},
		"a list":           {[]string{""}, `[]`, "", "handle: at the top there is a list, want a handle"},
		"a truth":          {[]string{"/a"}, `{"a": true}`, "", "at /a there is true or false"},
		"no JSON":          {[]string{"/a"}, `{"a": nope}`, "", "no JSON, at byte 6"},
		"cut off":          {[]string{"/a"}, `{"b": [1, {"c"`, "", "unexpected EOF"},
		"cut off, deeper":  {[]string{"/a"}, `{"a": "H1"`, "", "unexpected EOF"},
		"nothing":          {[]string{"/a"}, ``, "", "unexpected EOF"},
		"more":             {[]string{"/a"}, `{"a": "H1"} {}`, "", "text after the document"},
		"no pointer":       {[]string{"a"}, call, "", `"a" does not begin with /`},
		"a broken pointer": {[]string{"/a~2"}, call, "", "neither ~0 nor ~1"},
		"a lone tilde":     {[]string{"/a~"}, call, "", "neither ~0 nor ~1"},
	} {
		t.Run(name, func(t *testing.T) {
			var places []handle.Place
			p, err := handle.NewPositions(tt.pointers...)
			if err == nil {
				places, err = p.Find([]byte(tt.document))
			}
			if tt.fails != "" {
				assert.ErrorContains(t, err, tt.fails)
				assert.Empty(t, places)
				return
			}
			require.NoError(t, err)
			var got []string
			for _, place := range places {
				got = append(got, place.Pointer+"="+place.Handle)
			}
			assert.Equal(t, tt.want, strings.Join(got, " "))
		})
	}
}

func TestReplace(t *testing.T) {
	p, err := handle.NewPositions("/frame", "/inputs/1/*/value")
	require.NoError(t, err)
	got, err := p.Replace([]byte(call), func(place handle.Place) (string, error) { return "new \"" + place.Handle + `"`, nil })
	require.NoError(t, err)
	want := call
	for _, h := range []string{"H1", "H2", "H4"} {
		want = strings.Replace(want, `"`+h+`"`, `"new \"`+h+`\""`, 1)
	}
	assert.Equal(t, want, string(got))
	_, err = p.Replace([]byte(call), func(handle.Place) (string, error) { return "", cache.ErrExpired })
	assert.ErrorIs(t, err, cache.ErrExpired)
	assert.ErrorContains(t, err, "at /inputs/1/0/value")
}

// A callback whose store is its input and its output: it reads the frame of
// each handle where they may stand, and answers with those of the new ones. A
// handle that is pasted elsewhere, or is another session's, reaches nothing.
func ExamplePositions() {
	ctx := context.Background()
	store, _ := cache.NewMemory(cache.MemoryOptions{})
	defer store.Close()
	ring, _ := handle.NewRing(handle.Options{Secrets: []handle.Secret{handle.RandomSecret()}, Store: "trips"})
	keep := func(f *frame.Frame) string {
		defer f.Release()
		version := f.Version()
		key := cache.NewKey("trips", 1).Text("alice").Bytes(version[:]).Key()
		if err := store.Put(ctx, key, f, cache.PutOptions{}); err != nil {
			panic(err)
		}
		return ring.Sign(handle.Claims{Key: key, Version: version, Session: "alice"})
	}
	trips, _ := frame.FromSlices(frame.Slice("miles", []float64{1.5, 2.5, 4}))
	signed := keep(trips)

	positions, err := handle.NewPositions("/inputs/*/value")
	if err != nil {
		panic(err)
	}
	body := fmt.Sprintf(`{"inputs": [{"value": %q}, {"value": null}], "note": %q}`, signed, signed)
	answer, err := positions.Replace([]byte(body), func(place handle.Place) (string, error) {
		f, _, err := ring.Get(ctx, store, place.Handle, "alice")
		if err != nil {
			return "", err
		}
		defer f.Release()
		return keep(f.Slice(0, 2)), nil
	})
	if err != nil {
		panic(err)
	}
	places, _ := positions.Find(answer)
	f, _, _ := ring.Get(ctx, store, places[0].Handle, "alice")
	defer f.Release()
	fmt.Println(len(places), places[0].Pointer, f.Rows(), "rows; the note is as it was:", strings.Contains(string(answer), signed))
	// Output: 1 /inputs/0/value 2 rows; the note is as it was: true
}

// slowFind looks for the texts in a document that is decoded as a whole.
func slowFind(v any, rest []string, at string) (found []string) {
	if len(rest) == 0 {
		if text, ok := v.(string); ok {
			found = append(found, at+"="+text)
		}
		return found
	}
	each := func(key string, child any) {
		if rest[0] == "*" || rest[0] == key {
			found = append(found, slowFind(child, rest[1:], at+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(key))...)
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for key, child := range v {
			each(key, child)
		}
	case []any:
		for i, child := range v {
			each(fmt.Sprint(i), child)
		}
	}
	return found
}

// decode keeps numbers as they are written: 1e999 is JSON, and no float64.
func decode(t *testing.T, document string) (v any) {
	d := json.NewDecoder(strings.NewReader(document))
	d.UseNumber()
	require.NoError(t, d.Decode(&v))
	return v
}

func FuzzFind(f *testing.F) {
	f.Add(call, "/inputs/1/*/value")
	f.Add(call, "/state/*/deep/0/f~0")
	f.Add(`[["H1", [2]], {"0": "H2"}]`, "/*/0")
	f.Add(`"\ud800"`, "")
	f.Add(`{"a": [1e999, "H1"]}`, "/a/1")
	f.Fuzz(func(t *testing.T, document, pointer string) {
		p, err := handle.NewPositions(pointer)
		if err != nil {
			return
		}
		places, err := p.Find([]byte(document))
		if !json.Valid([]byte(document)) {
			require.Error(t, err, "what is no JSON is not taken for it")
			return
		}
		whole := decode(t, document)
		if err != nil {
			require.ErrorContains(t, err, "want a handle")
			return
		}
		got := map[string]bool{}
		for _, place := range places {
			got[place.Pointer+"="+place.Handle] = true
		}
		var tokens []string
		if pointer != "" {
			tokens = strings.Split(pointer[1:], "/")
			for i := range tokens {
				tokens[i] = strings.NewReplacer("~0", "~", "~1", "/").Replace(tokens[i])
			}
		}
		for _, want := range slowFind(whole, tokens, "") { // members that are there twice are more here
			require.True(t, got[want], "%s in %v", want, got)
		}
		same, err := p.Replace([]byte(document), func(place handle.Place) (string, error) { return place.Handle, nil })
		require.NoError(t, err)
		require.True(t, reflect.DeepEqual(whole, decode(t, string(same))), "%s", same)
	})
}
