// Package disk keeps frames in files of one directory, which the processes of
// one machine may share, and hands them out mapped: a frame of any size is had
// without copying it, and all processes that read it have the same pages.
//
// # Files
//
//	<key>.frame           an entry: 32 hexadecimal digits
//	<random>.temp         an entry that is being written; the file may be that of
//	                      one that was evicted
//	<key>-<random>.gone   an entry that was deleted or replaced, and is still read
//	usage                 bytes and number of all of these
//	graves                why the last 4096 entries went
//	counts                the numbers of Add: see counter.go
//	load-<key>            an entry that is being loaded: Load
//	owner-<owner>         the keys of the entries of one owner
//	lock                  whoever holds its lock may change any of the above
//
// The time of last use is a file's modification time. Other files are left
// alone. The directory has mode 0700 and its files 0600; symbolic links are
// not followed, and one in the place of an entry is a corrupt entry.
//
// # Layout of an entry
//
// Numbers are little-endian; times are in ns since the Unix epoch.
//
//	offset  size
//	     0     8  89 50 4e 54 46 0d 0a 1a
//	     8     4  format: 3
//	    12     4  H, the bytes of the header, a multiple of 64
//	    16     8  N, the bytes of the payload
//	    24     4  bytes of a block: 1 MiB
//	    28     4  flags: 1 if it is signed
//	    32    16  key
//	    48    16  content version of the frame, up to and with this part
//	    64     8  created
//	    72     8  expires; 0 is never
//	    80     8  ns that may pass between two uses; 0 is any
//	    88     8  rows
//	    96    32  HMAC-SHA256 of the payload ‖ the header with this and its checksum zero
//	   128     4  CRC-32C of the header with this zero
//	   132    16  owner; 0 is nobody
//	   148    16  slot; 0 is none
//	   164     8  ns for which it is kept once it has expired
//	   172     4  S, the bytes of the statistics; 0 if none are kept
//	   176     8  offset of the part before this one; 0 is the first
//	   184     8  hash of the columns' names and types
//	   192   320  two slots for appends; not part of the checksum and the HMAC
//	   512    4b  CRC-32C of each of the b = ⌈N/1 MiB⌉ blocks of the payload
//	512+4b     S  statistics of each 65,536 rows of each column: frame.AppendStats
//	              0 up to H
//	     H     N  an Arrow IPC file, not compressed: `tail -c +<H+1>` has it
//
// The statistics (missing values, least and greatest value) tell a filter which
// rows it need not read; without them it makes them, by reading all.
//
// A file to which [Store.Append] has added rows has more such parts, header and
// payload, each at the next multiple of 64 bytes; their slots are zero. The
// first header's slots say, each in its turn, what the file is since an append:
// they are the last to be written, after the rows, so a killed process leaves
// the entry as it was, and bytes behind it that the next one cuts off. Parts
// are read from the last one back, by their offsets: one may hold the rows of
// several before it, which nobody reads any more.
//
//	offset  size of a slot
//	     0     8  number of the append, from 1 on; it is in slot number mod 2
//	     8     8  bytes of the file
//	    16     8  offset of the last part
//	    24     8  rows of all parts
//	    32    16  content version of all parts
//	    48     8  created
//	    56     8  expires; 0 is never
//	    64     8  bytes of the file that are read no more
//	    72     4  how many of the last parts have 128 KiB or less
//	    76    32  hash of the headers: SHA-256 of that of the parts before, which is 0 if there
//	              are none, ‖ the checksum of the last part's header ‖ its HMAC
//	   108     8  rows of the first parts that are read no more: they have left a window
//	   116     8  0
//	   124     4  CRC-32C of the slot with this zero
//	   128    32  HMAC-SHA256 of the slot with this and its checksum zero
//
// A file is exactly as long as its parts. The header is verified before it is believed,
// and the payload before Arrow's reader sees it: a flipped bit or a missing
// byte is a [cache.ErrCorrupt], never another value. A payload is verified
// once by each process, and mapped for as long as it is read, and a second more
// for who reads it next: whoever truncates a mapped file kills its readers, which
// is why nobody else may write to the directory. Where others may,
// [Options.Secret] makes sure of what is read.
//
// # Several processes
//
// Readers hold a shared lock on their file, writers an exclusive one on
// theirs; both end with the process. So a file that is read anywhere is not
// evicted, and what a killed writer left is removed when the directory is
// scanned next: at Open, and when room is needed. What is mapped but read no
// more is not locked, and goes like any other; its blocks are free within a second. A
// new entry takes its place by a rename. Limits are exact, values in flight and those that are gone but
// still read included.
//
// [Store.Load] runs a loader in one process for all.
package disk
