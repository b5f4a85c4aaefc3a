// Package sqltest starts the database servers that tests need: real ones, from
// what Debian's packages postgresql and mariadb-server install, in a directory of
// their own and on a free port of the loopback.
//
//	server, err := sqltest.StartPostgres()
//	…
//	defer server.Stop()
//	db, err := sqldb.Open(server.URL)
//
// Neither server runs as root: under root they are run as the users that their
// packages made, postgres and mysql.
package sqltest
