package filter

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseGivesCanonicalText(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", " \n", ""},
		{"every comparison", "a==1 and b!=2 and c<3 and d<=4 and e>5 and f>=6", "a == 1 and b != 2 and c < 3 and d <= 4 and e > 5 and f >= 6"},
		{"the signs of SQL", "a=1 or b<>2", "a == 1 or b != 2"},
		{"keywords in upper case", "a IS NOT NULL AND b Is Null OR c In [1]", "a is not null and b is null or c in [1]"},
		{"and binds tighter", "a == 1 or b == 2 and c == 3", "a == 1 or b == 2 and c == 3"},
		{"parentheses", "(a == 1 or (b == 2)) and (c == 3)", "(a == 1 or b == 2) and c == 3"},
		{"and is flat", "a == 1 and (b == 2 and c == 3)", "a == 1 and b == 2 and c == 3"},
		{"not goes to the leaves", "not (a == 1 and not b < 2 or c is null)", "(a != 1 or b < 2) and c is not null"},
		{"not in, between, like", "not a in [1] and not b between 1 and 2 and not c like 'x'", "a not in [1] and b not between 1 and 2 and c not like 'x'"},
		{"not not", "not not a == 1", "a == 1"},
		{"between binds its and", "a between 1 and 2 and b == 3", "a between 1 and 2 and b == 3"},
		{"lists", "a in (1,2) or b in [] or c not in ['x', \"y\"]", "a in [1, 2] or b in [] or c not in ['x', 'y']"},
		{"numbers", "a in [+1, -0, 1.50, .5, 5., 1e3, 1E-3, 1e30, 123456789012345678901234567890, -9223372036854775808]", "a in [1, 0, 1.5, 0.5, 5, 1000, 0.001, 1e30, 12345678901234567890123456789e1, -9223372036854775808]"},
		{"quotes", `a == 'it''s' and b == "say ""x"""`, `a == 'it''s' and b == 'say "x"'`},
		{"backquotes", "`a b` == 1 and `x``y` == 2 and `and` == 3 and `a` == 4", "`a b` == 1 and `x``y` == 2 and `and` == 3 and a == 4"},
		{"letters of the world", "größe == 1 and 距離.km > 2 and _x1 == 3", "größe == 1 and 距離.km > 2 and _x1 == 3"},
		{"booleans", "a == TRUE and b != false", "a == true and b != false"},
		{"dates", "a >= 2024-01-31 and a < 2024-01-31T12:30 and b == 2024-01-31T12:30:05.250Z and c > 2024-01-31T12:30+02:00", "a >= 2024-01-31 and a < 2024-01-31T12:30:00 and b == 2024-01-31T12:30:05.25Z and c > 2024-01-31T12:30:00+02:00"},
		{"a date in quotes stays text", "a == '2024-01-31'", "a == '2024-01-31'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := Parse(c.text)
			require.NoError(t, err)
			assert.Equal(t, c.want, e.String())
			requireRoundTrip(t, e)
		})
	}
}

// requireRoundTrip parses the text of e and expects the same tree.
func requireRoundTrip(t *testing.T, e *Expr) {
	t.Helper()
	again, err := Parse(e.String())
	require.NoError(t, err, e.String())
	require.Equal(t, withoutPlaces(e), withoutPlaces(again), e.String())
}

func withoutPlaces(e *Expr) *Expr {
	if e == nil {
		return nil
	}
	bare := *e
	bare.at, bare.args = place{}, nil
	for _, a := range e.args {
		bare.args = append(bare.args, withoutPlaces(a))
	}
	return &bare
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct {
		name, text string
		offset     int
		want       string
	}{
		{"no operator", "a", 1, `want a comparison such as == after the column, found the end`},
		{"no value", "a ==", 4, `want a value after "==", found the end`},
		{"two operators", "a == > 1", 5, `want a value after "==", found ">"`},
		{"a name for a value", "city == Berlin", 8, `want a value after "==", found the name "Berlin": text goes in quotes, as in 'Berlin'`},
		{"null for a value", "a == null", 5, `nothing equals null: write "is null" or "is not null"`},
		{"null in a list", "a in [1, null]", 9, `nothing equals null: write "is null" or "is not null"`},
		{"the value first", "5 < a", 0, `want a column name, found 5: write the column first, as in x > 5`},
		{"a keyword for a column", "in == 5", 0, "want a column name, found \"in\": a column of that name goes in `backquotes`"},
		{"a keyword misspelt", "a betwen 1 and 2", 2, `want a comparison such as == after the column, found "betwen": did you mean "between"?`},
		{"and misspelt", "a == 1 adn b == 2", 7, `want "and", "or" or the end, found "adn": did you mean "and"?`},
		{"null misspelt", "a is nul", 5, `want "null" after "is", found "nul": did you mean "null"?`},
		{"between without and", "a between 1, 2", 11, `want "and" and the upper end, found ","`},
		{"not without an operator", "a not 5", 6, `want "in", "between" or "like" after "not", found 5`},
		{"the signs of C", "a == 1 && b == 2", 7, `"&&" is not an operator here: write "and"`},
		{"the not of C", "!a", 0, `"!" is not an operator here: write "not"`},
		{"an open parenthesis", "(a == 1", 0, `this "(" is never closed`},
		{"a closed parenthesis", "a == 1)", 6, `this ")" closes nothing`},
		{"an open list", "a in [1, 2", 5, `this "[" is never closed`},
		{"a list closed otherwise", "a in [1)", 7, `want "," or "]" after a value, found ")"`},
		{"no list", "a in 1", 5, `want a list after "in", as in [1, 2], found 1`},
		{"an open quote", "a == 'x", 5, `this ' is never closed`},
		{"a strange character", "a == #", 5, "unexpected '#': a column name with such a character goes in `backquotes`, text in 'quotes'"},
		{"not UTF-8", "a == \xff", 5, "unexpected '�': a column name with such a character goes in `backquotes`, text in 'quotes'"},
		{"a number with letters", "a == 12abc", 5, "12abc is not a number: a column name that starts with a digit goes in `backquotes`, text in 'quotes'"},
		{"an exponent too large", "a == 1e9999", 5, `the exponent of 1e9999 is beyond ±1100`},
		{"an exponent out of range", "a == 1e99999999999999999999", 5, `the exponent of 1e99999999999999999999 is beyond ±1100`},
		{"no such day", "a == 2024-02-30", 5, `there is no 2024-02-30 in the calendar`},
		{"half a time", "a == 2024-02-28T5", 5, `"2024-02-28T5" is not a date: want 2024-01-31 or 2024-01-31T12:30:00, with Z or +02:00 if it has an offset`},
		{"a pattern that ends early", `a like 'x\'`, 7, `the pattern ends in \, which needs a character after it`},
		{"a pattern that is a number", `a like 5`, 7, `want a pattern in quotes after "like", as in 'ab%', found 5`},
		{"too deep", strings.Repeat("(", 101) + "a", 100, `nested more than 100 deep`},
		{"too many terms", strings.Repeat("a == 1 or ", 1000) + "a == 1", 10000, `more than 1000 comparisons`},
		{"too long a list", "a in [" + strings.Repeat("1,", 10000) + "1]", 20006, `more than 10000 values in a list`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(c.text)
			var e *Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, c.want, e.Err.Error())
			assert.Equal(t, c.offset, e.Offset)
		})
	}
}

func TestParseRefusesLongText(t *testing.T) {
	_, err := Parse(strings.Repeat(" ", MaxText+1))
	require.EqualError(t, err, "filter: the text has 262145 bytes: at most 262144 are allowed")
}

func TestErrorShowsThePlace(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"one line", "größe == Berlin", "filter: line 1, column 10 (byte 11): E\n\tgröße == Berlin\n\t         ^"},
		{"the second line", "a == 1\nand\tb == x\nand c", "filter: line 2, column 10 (byte 16): E\n\tand b == x\n\t         ^"},
		{"a long line", strings.Repeat("a == 1 and ", 9) + "b == x and " + strings.Repeat("c == 1 and ", 9), "filter: line 1, column 105 (byte 104): E\n\t…d a == 1 and a == 1 and a == 1 and b == x and c == 1 and c == 1 and c == 1 and c…\n\t                                         ^"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(c.text)
			var e *Error
			require.ErrorAs(t, err, &e)
			e.Err = errors.New("E")
			assert.Equal(t, c.want, e.Error())
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"passenger_count == 1 and trip_distance between 0 and 20",
		"not (`a b` in ['x', \"y\"] or c like 'a\\%%') and d is not null",
		"t >= 2024-01-31T12:00:00.5+02:00 or t == 2024-01-31 or x <> -1.5e-3",
		"a == 1 &", "`", "a in (", "größe=.5", "a between 1 and",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse(text)
		if err != nil {
			var at *Error
			require.ErrorAs(t, err, &at)
			require.LessOrEqual(t, at.Offset, len(text))
			require.NotEmpty(t, err.Error())
			return
		}
		requireRoundTrip(t, e)
	})
}
