package sqldb

import (
	"context"
	"database/sql"

	"github.com/pointillist-go/pointillist/cache/refresh"
	"github.com/pointillist-go/pointillist/frame"
)

// A DB is a database, and the connections to it. It is safe for concurrent use.
type DB struct {
	*sql.DB

	// Limits bound what is read by a query. They must be set before the first.
	Limits frame.SQLOptions
}

// Frame runs a query and returns its rows, which the caller releases. See
// [frame.ReadSQL] for the types of the columns. A query ends with ctx, in the
// server too.
func (db *DB) Frame(ctx context.Context, query string, args ...any) (*frame.Frame, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, &frame.SourceError{Source: db.Limits.Source, Row: -1, Err: err}
	}
	return frame.ReadSQL(ctx, rows, db.Limits)
}

// Load returns a function that runs the query, as refresh.Options want it.
func (db *DB) Load(query string, args ...any) func(context.Context) (*frame.Frame, error) {
	return func(ctx context.Context) (*frame.Frame, error) { return db.Frame(ctx, query, args...) }
}

// Mark returns a function that asks whether the data has changed; see
// [refresh.QueryMark].
func (db *DB) Mark(query string, args ...any) func(context.Context) (string, error) {
	return refresh.QueryMark(db.DB, query, args...)
}
