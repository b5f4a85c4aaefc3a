package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// TestPages checks that the Go code of the pages is that of the examples, which
// are compiled and run, and that no example is without a page.
func TestPages(t *testing.T) {
	bodies := exampleBodies(t)
	used := map[string]bool{}
	pages, err := filepath.Glob("*.md")
	require.NoError(t, err)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, block := range goBlock.FindAllStringSubmatch(string(text), -1) {
			name, known := bodies[block[1]]
			assert.True(t, known, "%s: no example has the body\n%s", page, block[1])
			used[name] = true
		}
	}
	for body, name := range bodies {
		assert.True(t, used[name], "no page has %s:\n%s", name, body)
	}
}

// TestTheirOptionsAreMapped has all parameters of what from-dash-extensions.md maps, as
// inspect.signature has them: Serverside, ServersideOutputTransform, the outputs and
// backends of dash-extensions 2.0.6, cachelib 0.17.0's FileSystemCache and RedisCache,
// Flask-Caching 2.5.1's memoize.
func TestTheirOptionsAreMapped(t *testing.T) {
	page, err := os.ReadFile("from-dash-extensions.md")
	require.NoError(t, err)
	code := strings.Join(regexp.MustCompile("`[^`\n]+`").FindAllString(string(page), -1), " ")
	for _, option := range []string{
		"key", "backend", "backends", "default_backend", "session_check", "arg_check", "ignore_expired",
		"cache_dir", "threshold", "default_timeout", "mode", "hash_method", "ignore_delete_many_errors",
		"host", "port", "password", "db", "key_prefix", "check_connection",
		"timeout", "make_name", "unless", "forced_update", "is_stale", "response_filter", "cache_none", "source_check", "args_to_ignore",
	} {
		assert.Regexp(t, `\b`+option+`\b`, code)
	}
}

// exampleBodies returns the names of the examples by what stands between their
// braces, without the output and less indented by a tab.
func exampleBodies(t *testing.T) map[string]string {
	source, err := os.ReadFile("example_test.go")
	require.NoError(t, err)
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, "example_test.go", source, parser.ParseComments)
	require.NoError(t, err)
	bodies := map[string]string{}
	for _, d := range parsed.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || !strings.HasPrefix(f.Name.Name, "Example") {
			continue
		}
		body := string(source[files.Position(f.Body.Lbrace).Offset+2 : files.Position(f.Body.Rbrace).Offset])
		body, _, _ = strings.Cut(body, "\t// Output:")
		bodies[strings.ReplaceAll(strings.TrimPrefix(body, "\t"), "\n\t", "\n")] = f.Name.Name
	}
	require.NotEmpty(t, bodies)
	return bodies
}
