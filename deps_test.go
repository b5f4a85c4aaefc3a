package pointillist_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/pointillist-go/pointillist"

// mayImport is the design: a package imports only what stands before it on the
// path of the data,
//
//	source → frame → filter → decimate → figure → reduce → encode → the façade "" → serve
//
// and each package below lists all that it may ever import from this module.
// decimate and cache stay short on purpose: they can be tested and reused alone.
var mayImport = map[string][]string{
	"/internal/kernel":    {},
	"/internal/nearest":   {},
	"/internal/race":      {},
	"/internal/arrowmeta": {},         // the metadata of Arrow's IPC format
	"/internal/taxi":      {"/frame"}, // the demo's frame, measured by bench too
	"/internal/parity":    {},         // tests only
	"/docs":               {},         // examples of its pages only

	"/frame":         {"/internal/kernel", "/internal/nearest", "/internal/arrowmeta"},
	"/frame/parquet": {"/internal/nearest", "/internal/arrowmeta", "/frame"},
	"/frame/file":    {"/frame", "/frame/parquet"},
	"/filter":        {"/internal/kernel", "/internal/nearest", "/frame"},
	"/decimate":      {"/internal/kernel"},
	"/figure":        {"/internal/nearest", "/frame", "/figure/trend"},
	"/figure/trend":  {},                                                                 // slices in, fits out
	"/reduce":        {"/internal/nearest", "/frame", "/filter", "/decimate", "/figure"}, // a filter says which rows to keep
	"/encode":        {"/internal/kernel", "/frame", "/figure"},

	"/cache":           {"/frame"},
	"/cache/disk":      {"/frame", "/cache"},
	"/cache/handle":    {"/frame", "/cache"},
	"/cache/load":      {"/frame", "/cache", "/cache/handle"}, // a handle may tell how its frame is loaded again
	"/cache/refresh":   {"/frame", "/cache"},
	"/cache/cachetest": {"/frame", "/cache"},

	"":                       {"/frame", "/filter", "/figure", "/reduce", "/encode", "/cache"},
	"/serve":                 {"", "/internal/nearest", "/frame", "/frame/file", "/filter", "/figure", "/reduce", "/encode", "/cache", "/cache/handle", "/cache/load", "/cache/refresh"},
	"/serve/dash":            {"/serve"}, // figures for the callbacks of a Dash page
	"/cmd/pointillist-store": {"/frame", "/cache", "/cache/disk"},
	"/examples/dash":         {"/internal/taxi", "/frame", "/cache/refresh", "/serve", "/serve/dash"},
	"/cmd/demo":              {"", "/internal/taxi", "/frame", "/frame/file", "/figure", "/cache", "/cache/disk", "/cache/handle", "/serve"},
}

// testsMayImport are the further edges that only tests have.
var testsMayImport = map[string][]string{
	"":                 {"/internal/taxi", "/cache/disk"},                 // the frame of the README; a stored frame, filtered
	"/internal/parity": {"/frame", "/figure", "/figure/trend", "/encode"}, // whole figures, beside plotly.py's
	"/docs":            {"/frame", "/cache", "/cache/disk", "/cache/handle", "/cache/load", "/cache/refresh", "/serve"},
	"/reduce":          {"/internal/taxi"},   // what its benchmark reduces
	"/figure":          {"/encode"},          // a figure is compared as the text it becomes
	"/cache":           {"/cache/cachetest"}, // the conformance suite of stores
	"/cache/disk":      {"/cache/cachetest", "/internal/race"},
	"/cache/handle":    {"/cache/disk", "/internal/race"},
	"/cache/load":      {"/cache/cachetest", "/cache/disk"},
	"/cache/refresh":   {"/cache/cachetest", "/cache/disk"},

	"/serve":      {"/cache/disk"}, // a store to look after
	"/serve/dash": {"", "/frame"},

	// Exhaustive tests take fewer cases under the race detector.
	"/decimate":      {"/internal/race"},
	"/encode":        {"/internal/race"},
	"/frame":         {"/internal/race"},
	"/frame/parquet": {"/internal/race"},
}

// mayUse says who may import what is not ours. A library that is not listed may
// not be imported at all; one of the standard library only if it is listed here
// is bound to its packages, because it stands for a concern: a format, a protocol.
var mayUse = map[string][]string{
	// Columns are Arrow's. figure and decimate see them through frame or as slices.
	"github.com/apache/arrow/go/v15": {
		"/frame", "/frame/parquet", "/filter", "/encode", "/internal/taxi",
		"/cache", "/cache/disk", "/cache/cachetest", "/serve",
	},

	// Only who speaks a format knows it.
	"encoding/json":                 {"/cache/handle", "/cache/load", "/frame", "/figure", "/encode", "/serve", "/serve/dash"},
	"github.com/goccy/go-json":      {"/figure", "/encode", "/serve"},
	"net/http":                      {"/serve", "/serve/dash", "/cmd/demo", "/examples/dash"},
	"github.com/klauspost/compress": {"/frame", "/serve"}, // Arrow's buffers, HTTP's bodies
	"github.com/pierrec/lz4":        {"/frame"},
	"github.com/andybalholm/brotli": {"/serve"},

	// Mapped files, their locks, and callers that wait for one load.
	"golang.org/x/sys":       {"/internal/kernel", "/frame", "/cache/disk"},
	"github.com/gofrs/flock": {"/cache/disk"},
	"golang.org/x/sync":      {"", "/cache", "/serve"},

	// The fits of trendlines.
	"gonum.org/v1/gonum": {"/figure/trend"},

	// A suite that tests of several packages run is not itself a test file.
	"github.com/stretchr/testify": {"/cache/cachetest"},
}

// testsMayUse are the libraries that any test may import, and no other code. A
// test may also import what mayUse lists for others.
var testsMayUse = []string{
	"go.uber.org/goleak",
}

// ownModules are the directories that have a go.mod, and why. They may import
// what they like: nothing of theirs reaches a user of this module.
var ownModules = map[string]string{
	"/bench":                   "the rivals that we are measured against",
	"/engines/redis":           "the client of a server that few need",
	"/engines/sqldb":           "the drivers of three databases",
	"/examples/live-dashboard": "what needs such a driver",
	"/tools":                   "linters and generators, pinned",
}

func TestImportsFollowThePath(t *testing.T) {
	packages, modules := sources(t)

	assert.Equal(t, slices.Sorted(maps.Keys(packages)), slices.Sorted(maps.Keys(mayImport)),
		"mayImport lists each package of this module, and no other")
	assert.Equal(t, modules, slices.Sorted(maps.Keys(ownModules)),
		"ownModules lists each nested module, and no other")

	for dir, files := range packages {
		t.Run(module+dir, func(t *testing.T) {
			for _, file := range files {
				for _, imported := range imports(t, file) {
					if problem := judge(dir, imported, strings.HasSuffix(file, "_test.go")); problem != "" {
						t.Errorf("%s imports %q: %s", file, imported, problem)
					}
				}
			}
		})
	}
}

func TestJudge(t *testing.T) {
	tests := map[string]struct {
		dir, imported string
		inTest        bool
		want          string
	}{
		"an edge along the path":         {dir: "/filter", imported: module + "/frame"},
		"an edge against it":             {dir: "/frame", imported: module + "/filter", want: "mayImport has no such edge"},
		"an edge that skips a stage":     {dir: "/encode", imported: module + "/decimate", want: "mayImport has no such edge"},
		"the façade":                     {dir: "/serve", imported: module},
		"the package from its own tests": {dir: "/frame", imported: module + "/frame", inTest: true},
		"the package from itself":        {dir: "/frame", imported: module + "/frame", want: "mayImport has no such edge"},
		"the standard library":           {dir: "/decimate", imported: "math"},
		"a bound part of it":             {dir: "/decimate", imported: "net/http", want: "mayUse binds net/http to others"},
		"below a bound part":             {dir: "/frame", imported: "net/http/httptest", want: "mayUse binds net/http to others"},
		"a bound part, in a test":        {dir: "", imported: "net/http", inTest: true},
		"not below a bound part":         {dir: "/decimate", imported: "encoding/jsonx"},
		"a library":                      {dir: "/frame", imported: "github.com/apache/arrow/go/v15/arrow"},
		"a library of another package":   {dir: "/decimate", imported: "github.com/apache/arrow/go/v15/arrow", want: "mayUse binds github.com/apache/arrow/go/v15 to others"},
		"a library unknown":              {dir: "/frame", imported: "example.com/x", want: "no table lists this library"},
		"a library unknown, in a test":   {dir: "/frame", imported: "example.com/x", inTest: true, want: "no table lists this library"},
		"a test's library":               {dir: "/frame", imported: "go.uber.org/goleak", inTest: true},
		"a test's library, in the code":  {dir: "/frame", imported: "go.uber.org/goleak", want: "no table lists this library"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.want, judge(tt.dir, tt.imported, tt.inTest))
		})
	}
}

// judge says what is wrong with one import of the package in dir, or nothing.
func judge(dir, imported string, inTest bool) string {
	if target, ours := strings.CutPrefix(imported, module); ours && (target == "" || target[0] == '/') {
		switch {
		case slices.Contains(mayImport[dir], target):
			return ""
		case inTest && (target == dir || slices.Contains(testsMayImport[dir], target)):
			return ""
		}
		return "mayImport has no such edge"
	}
	for bound, who := range mayUse {
		if !within(imported, bound) {
			continue
		}
		if inTest || slices.Contains(who, dir) {
			return ""
		}
		return "mayUse binds " + bound + " to others"
	}
	if inTest && slices.ContainsFunc(testsMayUse, func(library string) bool { return within(imported, library) }) {
		return ""
	}
	if first, _, _ := strings.Cut(imported, "/"); strings.Contains(first, ".") {
		return "no table lists this library"
	}
	return ""
}

// within reports whether imported is the package tree or lies below it.
func within(imported, tree string) bool {
	return imported == tree || strings.HasPrefix(imported, tree+"/")
}

// sources walks the module and returns its Go files by the package's directory
// ("" is the root), and the directories of the modules nested in it. All files
// count, whatever their build tags.
func sources(t *testing.T) (packages map[string][]string, modules []string) {
	t.Helper()
	packages = map[string][]string{}
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		slashed := filepath.ToSlash(file)
		if entry.IsDir() {
			if file == "." {
				return nil
			}
			if _, err := os.Stat(filepath.Join(file, "go.mod")); err == nil {
				modules = append(modules, "/"+slashed)
				return fs.SkipDir
			}
			if name := entry.Name(); name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(slashed) == ".go" {
			dir := strings.TrimPrefix("/"+path.Dir(slashed), "/.")
			packages[dir] = append(packages[dir], slashed)
		}
		return nil
	})
	require.NoError(t, err)
	return packages, modules
}

// imports parses the import clauses of one file. It asks no other program: what
// `go list` says may come from before the last edit.
func imports(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	require.NoError(t, err)
	paths := make([]string, len(parsed.Imports))
	for i, spec := range parsed.Imports {
		paths[i], err = strconv.Unquote(spec.Path.Value)
		require.NoError(t, err)
	}
	return paths
}
