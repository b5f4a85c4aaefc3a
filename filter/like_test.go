package filter

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPatternMatches(t *testing.T) {
	for _, c := range []struct {
		name, pattern string
		yes, no       []string
	}{
		{"nothing", "", []string{""}, []string{"a"}},
		{"plain", "ab", []string{"ab"}, []string{"", "a", "abc", "xab", "AB"}},
		{"prefix", "ab%", []string{"ab", "abc"}, []string{"a", "xab"}},
		{"suffix", "%ab", []string{"ab", "xab", "abab"}, []string{"aba", "b"}},
		{"within", "%ab%", []string{"ab", "xaby"}, []string{"a b", ""}},
		{"anything", "%", []string{"", "a"}, nil},
		{"both ends", "a%b", []string{"ab", "axb"}, []string{"a", "b", "abx"}},
		{"ends do not share", "aba%ba", []string{"ababa"}, []string{"aba", "abba"}},
		{"one character", "_", []string{"a", "ä", "日", "\xff"}, []string{"", "ab"}},
		{"one at least", "%_", []string{"a", "ab"}, []string{""}},
		{"two at least", "_%_", []string{"ab", "日本"}, []string{"a", "日"}},
		{"wildcard first in a piece", "a%_b%", []string{"axb", "abb"}, []string{"ab"}},
		{"the leftmost is too early", "%a_c%", []string{"aabc", "ababc"}, []string{"aab"}},
		{"escapes", `50\%\_\\%`, []string{`50%_\`, `50%_\x`}, []string{"50", `50x_\`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			matches := parsePattern(c.pattern).matcher()
			for _, s := range c.yes {
				assert.True(t, matches(s), s)
			}
			for _, s := range c.no {
				assert.False(t, matches(s), s)
			}
		})
	}
}

func FuzzPattern(f *testing.F) {
	f.Add("a%_b%", "xaab")
	f.Add(`\%_%%日`, "%ä日")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if checkPattern(pattern) != nil || len(pattern) > 12 || len(s) > 30 {
			return
		}
		got := parsePattern(pattern).matcher()(s)
		if utf8.ValidString(pattern) && utf8.ValidString(s) {
			require.Equal(t, slowLike([]rune(pattern), []rune(s)), got)
		}
	})
}

func TestTextsFrom(t *testing.T) {
	for _, c := range []struct {
		prefix  string
		yes, no []string
	}{
		{"", []string{"", "a", "\xff"}, nil},
		{"ab", []string{"ab", "ab\xff\xff", "ab\x00"}, []string{"aa\xff", "ac", "b", ""}},
		{"a\xff", []string{"a\xff", "a\xffx"}, []string{"b", "a\xfe", "a"}},
		{"a\xfe", []string{"a\xfe", "a\xfe\xff"}, []string{"a\xff", "a\xfd\xff", "b"}},
		{"\xff\xff", []string{"\xff\xff", "\xff\xff\xff"}, []string{"\xff", "a"}},
	} {
		for _, s := range c.yes {
			assert.True(t, textual.order.contains(textsFrom(c.prefix), s), "%q %q", c.prefix, s)
		}
		for _, s := range c.no {
			assert.False(t, textual.order.contains(textsFrom(c.prefix), s), "%q %q", c.prefix, s)
		}
	}
}
