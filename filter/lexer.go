package filter

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenQuotedName // in backquotes; text is without them
	tokenKeyword    // text is in lower case
	tokenLiteral
	tokenOp     // of comparison
	tokenSymbol // ( ) [ ] ,
)

type token struct {
	kind    tokenKind
	offset  int
	text    string
	literal literal
	op      op
}

// String names the token in an error.
func (t token) String() string {
	switch t.kind {
	case tokenEnd:
		return "the end"
	case tokenName:
		return fmt.Sprintf("%q", t.text)
	case tokenQuotedName:
		return "`" + t.text + "`"
	case tokenLiteral:
		return shorten(t.literal.String())
	}
	return `"` + t.text + `"`
}

// shorten keeps an error readable where the text has a long literal.
func shorten(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

var keywords = []string{"and", "or", "not", "in", "between", "like", "is", "null", "true", "false"}

func isKeyword(name string) bool { return slices.Contains(keywords, strings.ToLower(name)) }

// symbols are looked for in order, so a longer one comes before its prefix.
var symbols = []struct {
	text string
	op   op
	not  string // why it is none, if it is not
}{
	{"&&", 0, `write "and"`}, {"&", 0, `write "and"`},
	{"||", 0, `write "or"`}, {"|", 0, `write "or"`},
	{"==", opEqual, ""}, {"=", opEqual, ""},
	{"!=", opNotEqual, ""}, {"<>", opNotEqual, ""},
	{"!", 0, `write "not"`}, {"~", 0, `write "not"`},
	{"<=", opLessEqual, ""}, {"<", opLess, ""},
	{">=", opGreaterEqual, ""}, {">", opGreater, ""},
}

// A lexer cuts a text into tokens.
type lexer struct {
	text string
	next int
}

func (l *lexer) fail(offset int, format string, args ...any) error {
	return place{l.text, offset}.errorf(format, args...)
}

func (l *lexer) token() (token, error) {
	l.next += len(l.text[l.next:]) - len(strings.TrimLeftFunc(l.text[l.next:], unicode.IsSpace))
	start, rest := l.next, l.text[l.next:]
	if rest == "" {
		return token{offset: start}, nil
	}
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case strings.ContainsRune("()[],", r):
		l.next++
		return token{kind: tokenSymbol, offset: start, text: rest[:1]}, nil
	case r == '\'' || r == '"' || r == '`':
		return l.quoted(byte(r))
	case isNumberStart(rest):
		return l.number()
	case r != utf8.RuneError && isNameStart(r):
		return l.name(), nil
	}
	for _, s := range symbols {
		if strings.HasPrefix(rest, s.text) {
			if s.not != "" {
				return token{}, l.fail(start, "%q is not an operator here: %s", s.text, s.not)
			}
			l.next += len(s.text)
			return token{kind: tokenOp, offset: start, text: s.text, op: s.op}, nil
		}
	}
	return token{}, l.fail(start, "unexpected %q: a column name with such a character goes in `backquotes`, text in 'quotes'", r)
}

// quoted reads up to the closing quote; a doubled one stands for itself.
func (l *lexer) quoted(quote byte) (token, error) {
	start := l.next
	var text strings.Builder
	for i := start + 1; ; {
		n := strings.IndexByte(l.text[i:], quote)
		if n < 0 {
			return token{}, l.fail(start, "this %c is never closed", quote)
		}
		text.WriteString(l.text[i : i+n])
		i += n + 1
		if i == len(l.text) || l.text[i] != quote {
			l.next = i
			break
		}
		text.WriteByte(quote)
		i++
	}
	if quote == '`' {
		return token{kind: tokenQuotedName, offset: start, text: text.String()}, nil
	}
	return token{kind: tokenLiteral, offset: start, literal: literal{kind: literalText, text: text.String()}}, nil
}

func (l *lexer) name() token {
	start := l.next
	rest := l.text[start:]
	if end := strings.IndexFunc(rest, func(r rune) bool { return r == utf8.RuneError || !isNameRune(r) }); end >= 0 {
		rest = rest[:end]
	}
	l.next += len(rest)
	t := token{kind: tokenName, offset: start, text: rest}
	switch word := strings.ToLower(rest); {
	case word == "true" || word == "false":
		t.kind, t.literal = tokenLiteral, literal{kind: literalBool, truth: word == "true"}
	case isKeyword(word):
		t.kind, t.text = tokenKeyword, word
	}
	return t
}

func isNumberStart(rest string) bool {
	rest = strings.TrimLeft(rest[:min(len(rest), 3)], "+-.")
	return rest != "" && isDigit(rest[0])
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// number reads a number or a bare date. Both take every character that one of
// them could have, so 12abc is an error rather than two tokens.
func (l *lexer) number() (token, error) {
	start := l.next
	rest := l.text[start:]
	end, date := 0, isDateStart(rest)
	for end < len(rest) && continues(rest, end, date) {
		end++
	}
	word := rest[:end]
	l.next += end
	t := token{kind: tokenLiteral, offset: start}
	var err error
	if date {
		t.literal.kind = literalMoment
		t.literal.moment, err = parseMoment(word)
	} else {
		t.literal.number, err = parseNumber(word)
		if err != nil && strings.HasSuffix(err.Error(), "is not a number") {
			err = errors.New(shorten(word) + " is not a number: a column name that starts with a digit goes in `backquotes`, text in 'quotes'")
		}
	}
	if err != nil {
		return token{}, l.fail(start, "%w", err)
	}
	return t, nil
}

// isDateStart reports whether text begins as 2024-01-31 does.
func isDateStart(text string) bool {
	const shape = "0000-00-00"
	if len(text) < len(shape) {
		return false
	}
	for i := range len(shape) {
		if isDigit(text[i]) != (shape[i] == '0') || shape[i] == '-' && text[i] != '-' {
			return false
		}
	}
	return true
}

// continues reports whether byte i of rest belongs to the number or date.
func continues(rest string, i int, date bool) bool {
	switch c := rest[i]; {
	case c == '+' || c == '-':
		return date || i == 0 || rest[i-1] == 'e' || rest[i-1] == 'E'
	case c == ':':
		return date
	default:
		return c == '.' || c == '_' || isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
	}
}
