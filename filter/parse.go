package filter

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pointillist-go/pointillist/internal/nearest"
)

// Limits on an expression, so that one from outside cannot take the machine.
const (
	MaxText  = 1 << 18 // bytes of text
	MaxDepth = 100     // of parentheses and nots, and of the tree
	MaxTerms = 1000    // comparisons
	MaxList  = 10000   // values in a list
)

// Parse reads an expression in the text form that the package comment
// describes. An empty text is nil: every row.
//
// Every error is an *Error with the offset of what is wrong.
func Parse(text string) (*Expr, error) {
	if len(text) > MaxText {
		return nil, place{}.errorf("the text has %d bytes: at most %d are allowed", len(text), MaxText)
	}
	p := &parser{lexer: lexer{text: text}}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.now.kind == tokenEnd {
		return nil, nil
	}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.now.kind != tokenEnd {
		return nil, p.trailing()
	}
	return e, nil
}

// A parser is one token ahead of what it has read.
type parser struct {
	lexer lexer
	now   token
	depth int
	terms int
}

func (p *parser) advance() (err error) {
	p.now, err = p.lexer.token()
	return err
}

func (p *parser) fail(format string, args ...any) error {
	return p.lexer.fail(p.now.offset, format, args...)
}

// is reports whether the next token is the keyword or symbol.
func (p *parser) is(text string) bool {
	return (p.now.kind == tokenKeyword || p.now.kind == tokenSymbol) && p.now.text == text
}

// take reads the keyword or symbol if it is next.
func (p *parser) take(text string) (bool, error) {
	if !p.is(text) {
		return false, nil
	}
	return true, p.advance()
}

func (p *parser) expect(text, after string) error {
	if !p.is(text) {
		return p.fail("want %q %s, found %v%s", text, after, p.now, p.suggest(text))
	}
	return p.advance()
}

// suggest returns the words that the next token may be a misspelling of.
func (p *parser) suggest(words ...string) string {
	if p.now.kind != tokenName {
		return ""
	}
	if word := nearest.Of(p.now.text, words); word != "" {
		return fmt.Sprintf(": did you mean %q?", word)
	}
	return ""
}

func (p *parser) trailing() error {
	if p.is(")") || p.is("]") {
		return p.fail("this %q closes nothing", p.now.text)
	}
	return p.fail("want \"and\", \"or\" or the end, found %v%s", p.now, p.suggest("and", "or"))
}

func (p *parser) or() (*Expr, error)  { return p.joined(opOr, p.and) }
func (p *parser) and() (*Expr, error) { return p.joined(opAnd, p.unary) }

func (p *parser) joined(o op, operand func() (*Expr, error)) (*Expr, error) {
	var args []*Expr
	for {
		e, err := operand()
		if err != nil {
			return nil, err
		}
		args = append(args, e)
		if more, err := p.take(o.String()); err != nil {
			return nil, err
		} else if !more {
			return join(o, args), nil
		}
	}
}

func (p *parser) unary() (*Expr, error) {
	if p.depth++; p.depth > MaxDepth {
		return nil, p.fail("nested more than %d deep", MaxDepth)
	}
	defer func() { p.depth-- }()
	switch {
	case p.is("not"):
		if err := p.advance(); err != nil {
			return nil, err
		}
		e, err := p.unary()
		if err != nil {
			return nil, err
		}
		return e.Not(), nil
	case p.is("("):
		return p.parenthesised()
	}
	return p.comparison()
}

func (p *parser) parenthesised() (*Expr, error) {
	opened := p.now.offset
	if err := p.advance(); err != nil {
		return nil, err
	}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.now.kind == tokenEnd {
		return nil, p.lexer.fail(opened, "this \"(\" is never closed")
	}
	return e, p.expect(")", "or an operator after a condition")
}

func (p *parser) comparison() (*Expr, error) {
	if p.terms++; p.terms > MaxTerms {
		return nil, p.fail("more than %d comparisons", MaxTerms)
	}
	e := &Expr{column: p.now.text, at: place{p.lexer.text, p.now.offset}}
	switch p.now.kind {
	case tokenName, tokenQuotedName:
	case tokenLiteral:
		return nil, p.fail("want a column name, found %v: write the column first, as in x > 5", p.now)
	case tokenKeyword:
		return nil, p.fail("want a column name, found %q: a column of that name goes in `backquotes`", p.now.text)
	default:
		return nil, p.fail("want a column name, \"not\" or \"(\", found %v", p.now)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	negated, err := p.take("not")
	if err != nil {
		return nil, err
	}
	if err := p.predicate(e, negated); err != nil {
		return nil, err
	}
	if negated {
		e.op ^= 1
	}
	return e, nil
}

// predicate reads what follows the column, into e.
func (p *parser) predicate(e *Expr, negated bool) error {
	switch {
	case p.is("in"):
		e.op = opIn
		return p.list(e)
	case p.is("between"):
		e.op = opBetween
		return p.values(e, "between", "and")
	case p.is("like"):
		e.op = opLike
		return p.pattern(e)
	case negated:
		return p.fail("want \"in\", \"between\" or \"like\" after \"not\", found %v%s", p.now, p.suggest("in", "between", "like"))
	case p.is("is"):
		return p.isNull(e)
	case p.now.kind == tokenOp:
		e.op = p.now.op
		return p.values(e, p.now.text)
	}
	return p.fail("want a comparison such as == after the column, found %v%s", p.now, p.suggest("in", "between", "like", "is", "not"))
}

// values reads words that are each followed by a value.
func (p *parser) values(e *Expr, words ...string) error {
	for i, word := range words {
		if i > 0 && !p.is(word) {
			return p.expect(word, "and the upper end")
		}
		if err := p.advance(); err != nil {
			return err
		}
		if err := p.value(e, "after \""+word+"\""); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) value(e *Expr, where string) error {
	switch {
	case p.is("null"):
		return p.fail("nothing equals null: write \"is null\" or \"is not null\"")
	case p.now.kind == tokenName || p.now.kind == tokenQuotedName:
		return p.fail("want a value %s, found the name %v: text goes in quotes, as in '%s'", where, p.now, p.now.text)
	case p.now.kind != tokenLiteral:
		return p.fail("want a value %s, found %v", where, p.now)
	case len(e.values) == MaxList:
		return p.fail("more than %d values in a list", MaxList)
	}
	e.values = append(e.values, p.now.literal)
	return p.advance()
}

func (p *parser) list(e *Expr) error {
	if err := p.advance(); err != nil {
		return err
	}
	opened := p.now
	if !p.is("[") && !p.is("(") {
		return p.fail("want a list after \"in\", as in [1, 2], found %v", p.now)
	}
	closing := map[string]string{"[": "]", "(": ")"}[opened.text]
	if err := p.advance(); err != nil {
		return err
	}
	for first := true; !p.is(closing); first = false {
		if p.now.kind == tokenEnd {
			return p.lexer.fail(opened.offset, "this %q is never closed", opened.text)
		}
		if !first {
			if err := p.expect(",", "or \""+closing+"\" after a value"); err != nil {
				return err
			}
		}
		if err := p.value(e, "in the list"); err != nil {
			return err
		}
	}
	return p.advance()
}

func (p *parser) pattern(e *Expr) error {
	if err := p.advance(); err != nil {
		return err
	}
	if p.now.kind != tokenLiteral || p.now.literal.kind != literalText {
		return p.fail("want a pattern in quotes after \"like\", as in 'ab%%', found %v", p.now)
	}
	if err := checkPattern(p.now.literal.text); err != nil {
		return p.fail("%w", err)
	}
	return p.value(e, "after \"like\"")
}

func (p *parser) isNull(e *Expr) error {
	e.op = opIsNull
	if err := p.advance(); err != nil {
		return err
	}
	if negated, err := p.take("not"); err != nil {
		return err
	} else if negated {
		e.op = opIsNotNull
	}
	return p.expect("null", "after \"is\"")
}

// checkPattern returns an error if a backslash ends the pattern.
func checkPattern(pattern string) error {
	plain := strings.ReplaceAll(pattern, `\\`, "")
	if strings.HasSuffix(plain, `\`) {
		return errors.New(`the pattern ends in \, which needs a character after it`)
	}
	return nil
}
