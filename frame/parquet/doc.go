// Package parquet reads Parquet files into frames. It is a package of its own
// since it weighs more than all the rest: only who imports it links Arrow's
// Parquet reader.
package parquet
