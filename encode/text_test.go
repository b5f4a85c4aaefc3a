package encode

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAppendString(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"empty", "", `""`},
		{"plain", "Manhattan", `"Manhattan"`},
		{"quote and backslash", `a"b\c`, `"a\"b\\c"`},
		{"control characters", "\b\f\n\r\t\x00\x1f\x7f", `"\b\f\n\r\t\u0000\u001f` + "\x7f\""},
		{"script", "</script><!--&", `"\u003c/script\u003e\u003c!--\u0026"`},
		{"line separators", "a\u2028b\u2029", `"a\u2028b\u2029"`},
		{"other alphabets", "Zürich 東京 🚕", `"Zürich 東京 🚕"`},
		{"invalid UTF-8", "a\xffb\xe2\x80", "\"a\ufffdb\ufffd\ufffd\""},
		{"the replacement character itself", "\ufffd", "\"\ufffd\""},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, string(appendString(nil, test.in)))
		})
	}
}

// A special character is found at every place of texts of every length.
func TestSpecialPlaces(t *testing.T) {
	for n := range 40 {
		text := strings.Repeat("x", n)
		require.Equal(t, `"`+text+`"`, string(appendString(nil, text)))
		for i := range n {
			for _, c := range []string{`"`, `\`, "<", ">", "&", "\x00", "\x1f", "é", "\xff", "\u2028"} {
				checkString(t, text[:i]+c+text[i+1:])
			}
			for c := range 256 {
				s := text[:i] + string([]byte{byte(c)}) + text[i+1:]
				want := i
				if !special[c] {
					want = n
				}
				require.Equal(t, want, plain(s, 0), "%q", s)
			}
		}
	}
}

// checkString compares with encoding/json, whose text differs but means the same.
func checkString(t testing.TB, s string) {
	t.Helper()
	got := appendString(nil, s)
	require.True(t, utf8.Valid(got), "%q", got)
	require.NotContains(t, string(got), "<")
	require.NotContains(t, string(got), ">")
	require.NotContains(t, string(got), "&")
	require.NotContains(t, string(got), "\u2028")
	require.NotContains(t, string(got), "\u2029")
	reference, err := json.Marshal(s)
	require.NoError(t, err)
	var want, read string
	require.NoError(t, json.Unmarshal(reference, &want))
	require.NoError(t, json.Unmarshal(got, &read), "%q", got)
	require.Equal(t, want, read)
}

func FuzzString(f *testing.F) {
	f.Add("Manhattan")
	f.Add("</script>\u2028\xff\\\"")
	f.Fuzz(func(t *testing.T, s string) {
		checkString(t, s)
		raw, err := json.Marshal(s)
		require.NoError(t, err)
		got := appendRaw(nil, string(raw))
		require.NotContains(t, string(got), "<")
		require.JSONEq(t, string(raw), string(got))
	})
}

func TestAppendRaw(t *testing.T) {
	assert.Equal(t, `{"a":"\u003cb\u003e\u0026 ü \u2028\u2029"}`, string(appendRaw(nil, "{\"a\":\"<b>& ü \u2028\u2029\"}")))
}
