package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
)

// connectors makes one of an address, by its scheme.
var connectors = map[string]func(*url.URL) (driver.Connector, error){
	"postgres": postgres, "postgresql": postgres,
	"mysql": mysqlOrMariaDB, "mariadb": mysqlOrMariaDB,
	"sqlserver": sqlServer,
}

// Open returns a database by its address. It makes no connection yet: Ping does.
func Open(address string) (*DB, error) {
	u, err := url.Parse(address)
	if err != nil { // which quotes the address
		return nil, errors.New("sqldb: the address is not a URL, such as postgres://user:password@host/database: is a special character in the password not escaped?")
	}
	connect, known := connectors[u.Scheme]
	if !known {
		return nil, fmt.Errorf("sqldb: the scheme %q is not postgres, mysql, mariadb or sqlserver", u.Scheme)
	}
	connector, err := connect(u)
	if err != nil {
		return nil, fmt.Errorf("sqldb: %s: %s", u.Redacted(), withoutPassword(u, err))
	}
	return &DB{DB: sql.OpenDB(connector)}, nil
}

func withoutPassword(u *url.URL, err error) string {
	password, _ := u.User.Password()
	if password == "" {
		return err.Error()
	}
	return strings.NewReplacer(password, "xxxxx", url.QueryEscape(password), "xxxxx").Replace(err.Error())
}

func postgres(u *url.URL) (driver.Connector, error) {
	config, err := pgx.ParseConfig(u.String())
	if err != nil {
		return nil, err
	}
	if !u.Query().Has("default_query_exec_mode") {
		// A plan that is kept fails once the table is altered.
		config.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec
	}
	return stdlib.GetConnector(*config, stdlib.OptionAfterConnect(nameTypes)), nil
}

// nameTypes tells pgx the names of types that it would give numbers only.
func nameTypes(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, "select oid from pg_type where typtype = 'e'")
	if err != nil {
		return err
	}
	enums, err := pgx.CollectRows(rows, pgx.RowTo[uint32])
	for _, oid := range enums {
		conn.TypeMap().RegisterType(&pgtype.Type{Name: "enum", OID: oid, Codec: &pgtype.EnumCodec{}})
	}
	conn.TypeMap().RegisterType(&pgtype.Type{Name: "timetz", OID: pgtype.TimetzOID, Codec: pgtype.TextCodec{}})
	return err
}

func mysqlOrMariaDB(u *url.URL) (driver.Connector, error) {
	config, err := mysql.ParseDSN("/?" + u.RawQuery)
	if err != nil {
		return nil, err
	}
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	config.DBName = strings.TrimPrefix(u.Path, "/")
	config.Net, config.Addr = "tcp", u.Host
	if u.Port() == "" {
		config.Addr = net.JoinHostPort(u.Hostname(), "3306")
	}
	// Both sides speak of times in UTC: the driver believes what the session says.
	config.ParseTime, config.Loc = true, time.UTC
	if config.Params == nil {
		config.Params = map[string]string{}
	}
	config.Params["time_zone"] = "'+00:00'"
	return mysql.NewConnector(config)
}

func sqlServer(u *url.URL) (driver.Connector, error) {
	config, err := msdsn.Parse(u.String())
	if err != nil {
		return nil, err
	}
	config.Encoding.GuidConversion = false // frame.ReadSQL has the bytes as the server sends them
	return mssql.NewConnectorConfig(config), nil
}
