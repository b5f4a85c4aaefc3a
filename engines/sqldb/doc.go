// Package sqldb makes frames of what a SQL database answers: PostgreSQL, MySQL,
// MariaDB or SQL Server, by the address alone. It is a module of its own, so that
// nobody else needs their drivers; whoever has a *sql.DB already needs only
// [frame.ReadSQL] and [refresh.QueryMark].
//
//	db, err := sqldb.Open("sqlserver://reader:secret@sales.internal?database=shop")
//	…
//	trips, err := db.Frame(ctx, "select distance, paid from trips where day = @p1", day)
//
// # Data that changes
//
// A query that many look at is loaded by a [refresh.Live], once for all of them:
//
//	trips, err := refresh.Start(refresh.Options{
//		Load:  db.Load("select distance, paid, driver from trips"),
//		Mark:  db.Mark("select max(updated_at), count(*) from trips"), // if it is the same, nothing is loaded
//		Every: 30 * time.Second,
//	})
//
// # Addresses
//
//	postgres://user:password@host:5432/database?sslmode=require        of pgx
//	mysql://user:password@host:3306/database?tls=true                  mariadb:// is the same
//	sqlserver://user:password@host:1433?database=name&encrypt=true     of go-mssqldb
//
// What stands after the question mark is the driver's. An error of Open tells
// nothing of a password. Give the user of the address no right but to read.
//
// # Types
//
// They are those of [frame.ReadSQL], which is told what the drivers leave out:
// PostgreSQL's enumerated types are texts (those there are when a connection is
// made), and MySQL's TIMESTAMP is the instant that it is, whatever the server's
// time zone.
//
// All of it is tested with real servers of PostgreSQL and MariaDB. No SQL Server can
// be had for tests: those of its types have the driver decode answers that are
// written by hand after the protocol's documentation, [MS-TDS].
//
// [MS-TDS]: https://learn.microsoft.com/openspecs/windows_protocols/ms-tds
package sqldb
