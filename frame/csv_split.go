package frame

import (
	"bytes"
	"errors"
)

var (
	errBareQuote = errors.New(`a quote within a field that does not begin with one: put the field in quotes and write " as ""`)
	errAfter     = errors.New(`text after a closing quote: write a quote within quotes as ""`)
	errOpenQuote = errors.New("a quote is not closed before the end")
)

// A splitter cuts CSV text, which begins with a record, into fields. It agrees
// with encoding/csv: blank lines are skipped, and \r\n is a line's end, in
// quotes too.
type splitter struct {
	data      []byte
	pos       int
	delimiter byte
	scratch   []byte
}

// record moves to the next record and reports whether there is one.
func (s *splitter) record() bool {
	for s.pos < len(s.data) {
		switch end := lineEnd(s.data[s.pos:]); {
		case end > 0:
			s.pos += end
		default:
			return true
		}
	}
	return false
}

// lineEnd returns the bytes of the line's end that data begins with; 0 if it
// does not begin with one. A lone \r ends a line at the end of data only.
func lineEnd(data []byte) int {
	switch {
	case len(data) == 0:
		return 0
	case data[0] == '\n':
		return 1
	case data[0] != '\r':
		return 0
	case len(data) == 1:
		return 1
	case data[1] == '\n':
		return 2
	}
	return 0
}

// field returns the next field of the record, which is valid until the next
// call, and whether it is the last one. After an error, pos is where.
func (s *splitter) field() (value []byte, last bool, err error) {
	data, start := s.data, s.pos
	if start < len(data) && data[start] == '"' {
		return s.quoted()
	}
	i := start
	for i < len(data) && data[i] != s.delimiter && data[i] != '\n' {
		if data[i] == '"' {
			s.pos = i
			return nil, false, errBareQuote
		}
		i++
	}
	s.pos = i + 1
	if i < len(data) && data[i] == s.delimiter {
		return data[start:i], false, nil
	}
	if i > start && data[i-1] == '\r' {
		i--
	}
	return data[start:i], true, nil
}

func (s *splitter) quoted() (value []byte, last bool, err error) {
	open := s.pos
	start, plain := open+1, true
	s.scratch = s.scratch[:0]
	for i := start; ; {
		n := bytes.IndexByte(s.data[i:], '"')
		if n < 0 {
			s.pos = open
			return nil, false, errOpenQuote
		}
		i += n + 1
		if i < len(s.data) && s.data[i] == '"' {
			s.scratch, plain = append(s.scratch, s.data[start:i]...), false
			i++
			start = i
			continue
		}
		value = s.data[start : i-1]
		if !plain {
			s.scratch = append(s.scratch, value...)
			value = s.scratch
		}
		if bytes.Contains(value, []byte("\r\n")) {
			value = bytes.ReplaceAll(value, []byte("\r\n"), []byte("\n"))
		}
		last, err = s.close(i)
		return value, last, err
	}
}

// close expects the end of a field after its closing quote.
func (s *splitter) close(i int) (last bool, err error) {
	switch rest := s.data[i:]; {
	case len(rest) == 0:
		s.pos = i
		return true, nil
	case rest[0] == s.delimiter:
		s.pos = i + 1
		return false, nil
	case lineEnd(rest) > 0:
		s.pos = i + lineEnd(rest)
		return true, nil
	}
	s.pos = i
	return false, errAfter
}

// lastRecord returns where the last record that begins in data begins, all
// before it being whole records; 0 if data holds no end of a record. Outside
// of quotes, the number of quotes before a place is even.
func lastRecord(data []byte) int {
	quotes := bytes.Count(data, []byte{'"'})
	for end := len(data); ; {
		i := bytes.LastIndexByte(data[:end], '\n')
		if i < 0 {
			return 0
		}
		quotes -= bytes.Count(data[i:end], []byte{'"'})
		if quotes%2 == 0 {
			return i + 1
		}
		end = i
	}
}

// delimiters are the ones detected, the more usual first.
const delimiters = ",;\t|"

// detectDelimiter returns the delimiter that cuts the first records into the
// most fields, all of them into equally many.
func detectDelimiter(data []byte) byte {
	best, most := byte(','), 1
	for _, d := range []byte(delimiters) {
		if n := equalFields(data, d); n > most {
			best, most = d, n
		}
	}
	return best
}

// equalFields returns how many fields each of the first records has; 0 if not
// all have as many.
func equalFields(data []byte, delimiter byte) int {
	const records = 20
	s := splitter{data: data, delimiter: delimiter}
	fields := 0
	for r := 0; r < records && s.record(); r++ {
		n := 1
		for {
			_, last, err := s.field()
			if err != nil {
				return 0
			}
			if last {
				break
			}
			n++
		}
		if r > 0 && n != fields {
			return 0
		}
		fields = n
	}
	return fields
}
