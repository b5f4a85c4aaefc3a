package sqldb_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/engines/sqldb"
	"github.com/pointillist-go/pointillist/frame"
)

func asSource(err error) (*frame.SourceError, bool) { return errors.AsType[*frame.SourceError](err) }

func TestOpen(t *testing.T) {
	for name, test := range map[string]struct{ address, want string }{
		"no URL":               {"host=db user=me password=s3cret\n", "is not a URL"},
		"a bad escape":         {"postgres://me:s3cret%zz@db/x", "is not a URL"},
		"no scheme":            {"shop", `the scheme "" is not postgres, mysql, mariadb or sqlserver`},
		"another scheme":       {"oracle://me:s3cret@db/x", `the scheme "oracle"`},
		"postgres, parameter":  {"postgres://me:s3cret@db/x?sslmode=odd", "sslmode"},
		"mysql, parameter":     {"mysql://me:s3cret@db/x?timeout=odd", "timeout"},
		"sqlserver, parameter": {"sqlserver://me:s3cret@db?dial+timeout=odd", "timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sqldb.Open(test.address)
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, err.Error(), "s3cret")
		})
	}
	for _, address := range []string{"postgresql://db/x", "mysql://me@db/x", "mariadb://[::1]/x", "sqlserver://db?database=x"} {
		open(t, address) // makes no connection
	}
}

func TestNobodyThere(t *testing.T) {
	for _, address := range []string{"postgres://me:s3cret@127.0.0.1:1/x?sslmode=disable", "mysql://me:s3cret@127.0.0.1:1/x", "sqlserver://me:s3cret@127.0.0.1:1"} {
		_, err := open(t, address).Frame(background, "select 1")
		require.ErrorContains(t, err, "127.0.0.1")
		assert.NotContains(t, err.Error(), "s3cret")
	}
}
