// Package filter finds the rows of a frame for which a condition holds.
//
// A condition is an [Expr], written in Go
//
//	filter.Col("passenger_count").Eq(1).And(filter.Col("trip_distance").Between(0, 20))
//
// or as text, which [Parse] reads and [Expr.String] writes
//
//	passenger_count == 1 and trip_distance between 0 and 20
//
// [Compile] checks it against a frame's schema, and [Program.Run] gives the
// rows as a [frame.Rows].
//
// # The text form
//
//	expression = conjunction { "or" conjunction } .
//	conjunction = condition { "and" condition } .
//	condition  = "not" condition | "(" expression ")" | comparison .
//	comparison = column ( operator value
//	                    | [ "not" ] "in" list
//	                    | [ "not" ] "between" value "and" value
//	                    | [ "not" ] "like" text
//	                    | "is" [ "not" ] "null" ) .
//	operator   = "==" | "=" | "!=" | "<>" | "<" | "<=" | ">" | ">=" .
//	list       = "[" [ value { "," value } ] "]" | "(" [ value { "," value } ] ")" .
//	column     = ( letter | "_" ) { letter | mark | digit | "_" | "." } | "`" … "`" .
//	value      = number | text | moment | "true" | "false" .
//	number     = [ "+" | "-" ] digits [ "." digits ] [ ( "e" | "E" ) [ "+" | "-" ] digits ] .
//	text       = "'" … "'" | `"` … `"` .
//	moment     = date [ "T" hh ":" mm [ ":" ss [ "." digits ] ] [ "Z" | ( "+" | "-" ) hh ":" mm ] ] .
//	date       = yyyy "-" mm "-" dd .
//
// Keywords may be in upper case; a column that has the name of one goes in
// backquotes. A quote or backquote within its kind is doubled. A point may
// begin or end the digits of a number. && || & | ! and ~ are not operators:
// their precedence differs from language to language. A column is compared
// with values, which stand to its right, and not with another column.
//
// # What a comparison means
//
// A value is missing if it is null or NaN. A comparison with a missing value is
// neither true nor false but unknown, as in SQL; "not", "and" and "or" pass
// that on, and a row is kept only if the whole is true. So x != 1 and
// not x == 1 leave out the rows where x is missing, "is null" is true of NaN,
// and x not in [] keeps the rows where x is not missing.
//
// What a value may be depends on the column:
//
//   - Integers and decimals are compared exactly with any number: x < 2.5 is
//     x <= 2, and 9007199254740993 is not 9007199254740992. No number is too
//     large to be compared.
//   - For a column of floats, a number stands for the nearest float of the
//     column's width, so 0.1 finds what a file has as 0.1. A number beyond the
//     largest float lies between that and the infinity.
//   - Text is compared byte by byte, case included. like takes % for any
//     characters, _ for one, and \ to take that meaning away.
//   - Dates, timestamps: a moment, bare or in quotes, where a space may stand
//     for the T. A date is its midnight: a timestamp of that day's noon is
//     not == to it. On a column with a time zone, a moment without an offset is
//     a reading of a clock in that zone (in the hour that is skipped or
//     repeated, what [time.Date] makes of it). On a column without, clock
//     readings are compared, and an offset other than Z is an error.
//   - Times of day and durations: '13:30', '13:30:05.25' or '1h30m', in quotes.
//   - Booleans: true, false, with ==, !=, in.
//   - Columns of other types: is null, is not null.
//
// # How it runs
//
// Every comparison is a set of intervals in the order of the column's values.
// Comparisons of one column that are joined by and or or become one set. A set
// is tested by range comparisons over the column's memory, into a bitmap, or by
// a look-up for long lists; a dictionary column by testing the dictionary, then
// the codes. Block statistics (see [frame.Stats]) settle what they can without
// reading values, the operands of and run cheapest first, and each looks only
// where those before left rows. The answer never depends on any of this.
package filter
