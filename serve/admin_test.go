package serve_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/serve"
)

const token = "a token of many bytes"

func TestAdministrationIsOff(t *testing.T) {
	c := start(t, serve.Options{}).session()
	for _, path := range []string{"entries", "entries/00", "doctor"} {
		c.get("/v1/store/"+path, "Authorization: Bearer ").problem(t, http.StatusNotFound)
	}
}

func TestAdministration(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "frames")
	store, err := disk.Open(disk.Options{Dir: dir})
	require.NoError(t, err)
	c := start(t, serve.Options{Store: store, AdminToken: token}).session()
	for _, wrong := range []string{"Accept: application/json", "Authorization: Bearer ", "Authorization: Bearer a token", "Authorization: " + "Basic x", "Cookie: token=" + token} {
		a := c.get("/v1/store/entries", wrong)
		a.problem(t, http.StatusUnauthorized)
		assert.Equal(t, "Bearer", a.header.Get("WWW-Authenticate"))
	}
	with := "Authorization: Bearer " + token

	c.upload(csvType, smallCSV)
	doomed := c.upload(csvType, "x\n1\n")
	entries := c.get("/v1/store/entries", with).object(t)["entries"].([]any)
	require.Len(t, entries, 2)
	entry := entries[0].(map[string]any)
	assert.NotEmpty(t, entry["owner"])
	assert.NotEmpty(t, entry["ends"])
	one := c.get("/v1/store/entries/"+entry["key"].(string), with).object(t)
	assert.Equal(t, entry["version"], one["version"])
	for _, wrong := range []string{"00", "../../secret", "00000000000000000000000000000000"} {
		assert.Equal(t, http.StatusNotFound, c.get("/v1/store/entries/"+wrong, with).status)
	}
	assert.Empty(t, c.get("/v1/store/doctor", with).object(t)["findings"])
	assert.Empty(t, c.do("POST", "/v1/store/verify", "", with).object(t)["removed"])
	assert.Equal(t, http.StatusOK, c.do("POST", "/v1/store/gc", "", with).status)
	assert.Equal(t, http.StatusOK, c.do("DELETE", "/v1/store/entries/"+one["key"].(string), "", with).status)

	files, err := filepath.Glob(filepath.Join(dir, "*.frame"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	whole, err := os.ReadFile(files[0])
	require.NoError(t, err)
	whole[len(whole)-1] ^= 1
	require.NoError(t, os.WriteFile(files[0], whole, 0o600))
	assert.Len(t, c.do("POST", "/v1/store/verify", "", with).object(t)["removed"], 1)
	require.NoError(t, os.Remove(filepath.Join(dir, "usage")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "X.temp"), []byte("planted"), 0o600))
	c.get("/v1/frames/"+doomed).problem(t, http.StatusGone)
}

func TestAdministrationOfAStoreInMemory(t *testing.T) {
	c := start(t, serve.Options{AdminToken: token}).session()
	with := "Authorization: Bearer " + token
	c.upload(csvType, smallCSV)
	assert.Len(t, c.get("/v1/store/entries", with).object(t)["entries"], 1)
	p := c.get("/v1/store/doctor", with).problem(t, http.StatusNotImplemented)
	assert.Equal(t, "a *cache.Memory does not do that", p["detail"])
}
