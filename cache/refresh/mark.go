package refresh

import (
	"context"
	"database/sql"
	"fmt"
	"os"
)

// FileMark returns a Mark of a file: its size and time of modification, which
// whoever replaces it by a rename changes at once.
func FileMark(path string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		info, err := os.Stat(path)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%d bytes of %d", info.Size(), info.ModTime().UnixNano()), nil
	}
}

// QueryMark returns a Mark of a database: the one row that a query answers with,
// of which all values count. The query should be cheap, and see each change of
// what is loaded:
//
//	select max(updated_at), count(*) from trips
//
// The count is for rows that are deleted. A change that commits after a later one
// is not seen by a highest id or time alone: where writers overlap, let it be of a
// number that grows with each commit, or load each time.
func QueryMark(db *sql.DB, query string, args ...any) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		rows, err := db.QueryContext(ctx, query, args...)
		if err != nil {
			return "", err
		}
		defer func() { _ = rows.Close() }()
		var mark string
		n := 0
		for ; rows.Next(); n++ {
			if mark, err = markOf(rows); err != nil {
				return "", err
			}
		}
		if err := rows.Err(); err != nil {
			return "", err
		}
		if n != 1 {
			return "", fmt.Errorf("cache/refresh: the query of a mark has %d rows: want one", n)
		}
		return mark, nil
	}
}

// markOf writes the values of a row, so that those of two rows that differ do, too.
func markOf(rows *sql.Rows) (string, error) {
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	if err := rows.Scan(targets...); err != nil {
		return "", err
	}
	mark := ""
	for i, value := range values {
		if b, ok := value.([]byte); ok {
			value = string(b)
		}
		mark += fmt.Sprintf("%q is %#v; ", columns[i], value)
	}
	return mark, nil
}
