package handle

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Positions are the places of a JSON document in which handles may stand. A
// text that looks like a handle anywhere else is a text.
type Positions struct{ pointers [][]string }

// A Place is a handle's, or that of a text where one should be.
type Place struct {
	Pointer string // without wildcards
	Handle  string // not opened yet

	start, end int // of the text in the document, quotes included
}

// NewPositions returns the places that JSON Pointers (RFC 6901) name. In these
// * stands for any element of a list or member of an object: /inputs/*/value.
// An empty pointer is the document itself.
func NewPositions(pointers ...string) (*Positions, error) {
	p := new(Positions)
	for _, pointer := range pointers {
		if pointer == "" {
			p.pointers = append(p.pointers, nil)
			continue
		}
		if pointer[0] != '/' {
			return nil, fmt.Errorf("handle: the JSON Pointer %q does not begin with /", pointer)
		}
		tokens := strings.Split(pointer[1:], "/")
		for i, token := range tokens {
			if !escaped(token) {
				return nil, fmt.Errorf("handle: the JSON Pointer %q has a ~ that is neither ~0 nor ~1", pointer)
			}
			tokens[i] = unescape.Replace(token)
		}
		p.pointers = append(p.pointers, tokens)
	}
	return p, nil
}

var (
	unescape = strings.NewReplacer("~0", "~", "~1", "/")
	escape   = strings.NewReplacer("~", "~0", "/", "~1")
)

// escaped reports whether each ~ begins ~0 or ~1.
func escaped(token string) bool {
	return strings.Count(token, "~") == strings.Count(token, "~0")+strings.Count(token, "~1")
}

// Find returns what stands in the places, in the order of the document. A place
// that is not there, or is null, has nothing. Where there is another value than
// a text, and where the document is not JSON, it is an error that names the place.
//
// Member names are compared exactly, unlike package encoding/json does: decode
// the document with names that it has. Of a member that is there twice, both are found.
//
// Cost: one pass over the document.
func (p *Positions) Find(document []byte) ([]Place, error) {
	f := &finder{document: document, d: json.NewDecoder(bytes.NewReader(document))}
	f.d.UseNumber()
	if err := f.value("", p.pointers); err != nil {
		return nil, err
	}
	if _, err := f.d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("handle: text after the document, at byte %d", f.d.InputOffset())
	}
	return f.found, nil
}

// Replace returns the document with each handle in the places replaced by what
// swap returns for it; all else is as it was. An error of swap ends it.
func (p *Positions) Replace(document []byte, swap func(Place) (string, error)) ([]byte, error) {
	places, err := p.Find(document)
	if err != nil {
		return nil, err
	}
	var replaced []byte
	from := 0
	for _, place := range places {
		other, err := swap(place)
		if err != nil {
			return nil, fmt.Errorf("handle: at %s: %w", place.Pointer, err)
		}
		text, err := json.Marshal(other)
		if err != nil {
			return nil, fmt.Errorf("handle: at %s: %w", place.Pointer, err)
		}
		replaced = append(append(replaced, document[from:place.start]...), text...)
		from = place.end
	}
	return append(replaced, document[from:]...), nil
}

// A finder reads a document once.
type finder struct {
	document []byte
	d        *json.Decoder
	found    []Place
}

// token returns the next token, and where it starts.
func (f *finder) token() (json.Token, int, error) {
	start := int(f.d.InputOffset())
	t, err := f.d.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, 0, fmt.Errorf("handle: the document is no JSON, at byte %d: %w", f.d.InputOffset(), err)
	}
	for end := int(f.d.InputOffset()); start < end && strings.IndexByte(" \t\r\n:,", f.document[start]) >= 0; {
		start++
	}
	return t, start, nil
}

// value reads a value, of which the rests of some pointers tell what is wanted.
func (f *finder) value(at string, rests [][]string) error {
	t, start, err := f.token()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(rests, func(rest []string) bool { return len(rest) == 0 }) {
		switch text, ok := t.(string); {
		case ok:
			f.found = append(f.found, Place{Pointer: at, Handle: text, start: start, end: int(f.d.InputOffset())})
		case t != nil:
			return fmt.Errorf("handle: at %s there is %s, want a handle", name(at), kindOf(t))
		}
	}
	switch t {
	case json.Delim('{'):
		return f.object(at, rests)
	case json.Delim('['):
		return f.list(at, rests)
	}
	return nil
}

func (f *finder) object(at string, rests [][]string) error {
	for f.d.More() {
		t, _, err := f.token()
		if err != nil {
			return err
		}
		key, _ := t.(string) // the decoder has no other before a colon
		if err := f.child(at, key, rests); err != nil {
			return err
		}
	}
	_, _, err := f.token()
	return err
}

func (f *finder) list(at string, rests [][]string) error {
	for i := 0; f.d.More(); i++ {
		if err := f.child(at, strconv.Itoa(i), rests); err != nil {
			return err
		}
	}
	_, _, err := f.token()
	return err
}

// child goes as deep as the pointers do.
func (f *finder) child(at, key string, rests [][]string) error {
	var below [][]string
	for _, rest := range rests {
		if len(rest) > 0 && (rest[0] == key || rest[0] == "*") {
			below = append(below, rest[1:])
		}
	}
	if below == nil {
		return f.skip()
	}
	return f.value(at+"/"+escape.Replace(key), below)
}

// skip reads a value in which nothing is wanted.
func (f *finder) skip() error {
	for depth := 0; ; {
		t, _, err := f.token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

func name(pointer string) string {
	if pointer == "" {
		return "the top"
	}
	return pointer
}

func kindOf(t json.Token) string {
	switch t {
	case json.Delim('{'):
		return "an object"
	case json.Delim('['):
		return "a list"
	}
	if _, ok := t.(bool); ok {
		return "true or false"
	}
	return "a number"
}
