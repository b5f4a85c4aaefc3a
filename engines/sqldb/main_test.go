package sqldb_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/pointillist-go/pointillist/engines/sqldb/sqltest"
)

// The servers that all tests share: each has tables of its own.
var postgres, mariadb *sqltest.Server

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var err error
	if postgres, err = sqltest.StartPostgres(); err != nil {
		fmt.Println(err)
		return 1
	}
	defer postgres.Stop()
	if mariadb, err = sqltest.StartMariaDB(); err != nil {
		fmt.Println(err)
		return 1
	}
	defer mariadb.Stop()
	return m.Run()
}
